"""The database: SQL, encryption and migrations."""
