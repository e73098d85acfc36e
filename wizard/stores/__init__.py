"""All the SQL of the portal, one file a subject: functions that take the database first."""
