"""A digest from due to posted: scheduler, workers, composing, retries, notifications."""
