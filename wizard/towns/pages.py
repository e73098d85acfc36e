"""What is answered where no town can: a page that needs none, and names none."""

from html import escape

from werkzeug.wrappers import Response

_PAGE = """<!doctype html>
<html lang="fr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
</head>
<body>
<main>
<h1>{title}</h1>
<p>{advice}</p>
</main>
</body>
</html>
"""


def unknown() -> Response:
    """Answer for a host that is no town's (RFC 9110, 15.5.20)."""
    return _answer(421, "Aucun portail à cette adresse", "Vérifiez l'adresse, ou repartez du site de votre mairie.")


def unavailable(seconds: int, *, posted: bool = False) -> Response:
    """Answer for a town that cannot be served now; who waits is brought back after so many seconds."""
    advice = (
        "Ce n'est pas de votre fait. Ce que vous venez d'envoyer n'est pas enregistré. Dans un instant, rechargez "
        "cette page et acceptez d'envoyer de nouveau, ou revenez en arrière."
        if posted
        else "Ce n'est pas de votre fait, et rien de ce que vous avez validé n'est perdu. Réessayez dans un instant."
    )
    answer = _answer(503, "Le portail revient dans un instant", advice)
    answer.headers["Retry-After"] = str(seconds)
    return answer


def _answer(status: int, title: str, advice: str) -> Response:
    answer = Response(_PAGE.format(title=escape(title), advice=escape(advice)), status, mimetype="text/html")
    answer.headers.update(
        {
            "Cache-Control": "no-store",
            "Content-Security-Policy": "default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "same-origin",
        }
    )
    return answer
