"""What a mail server reports of a mail that it could not deliver (RFC 3464)."""

REPORT = """From: MAILER-DAEMON@mx.example\r
To: no-reply@oudon.example\r
Subject: Undelivered Mail Returned to Sender\r
MIME-Version: 1.0\r
Content-Type: multipart/report; report-type={kind}; boundary="=b="\r
\r
--=b=\r
Content-Type: text/plain; charset=utf-8\r
\r
{words}\r
\r
--=b=\r
Content-Type: {status_type}\r
\r
Reporting-MTA: dns; mx.example\r
\r
Final-Recipient: rfc822; parent@exemple.fr\r
Action: {action}\r
Status: {status}\r
Diagnostic-Code: smtp; 550 5.1.1 User unknown\r
\r
--=b=\r
Content-Type: {returned_type}\r
\r
{returned}\r
--=b=--\r
"""
USUAL = {
    "kind": "delivery-status", "words": "I'm sorry.", "status_type": "message/delivery-status", "action": "failed",
    "status": "5.1.1", "returned_type": "message/rfc822",
    "returned": "Message-ID: {id}\r\nSubject: Votre dossier\r\n\r\nBonjour",
}  # fmt: skip


def report(message_id: str, **changes: str) -> bytes:
    """Return the report on the mail of this Message-ID."""
    parts = USUAL | changes
    return REPORT.format(**parts | {"returned": parts["returned"].replace("{id}", message_id)}).encode()
