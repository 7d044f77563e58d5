"""Read every account's list of campaigns regularly, keep the readings, and judge them."""
