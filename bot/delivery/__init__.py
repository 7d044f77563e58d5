"""A digest from due to posted: scheduler, queue, composing, retries, notifications."""
