"""Official files written line by line."""

from pathlib import Path

BAN = (
    "id;id_fantoir;numero;rep;nom_voie;code_postal;code_insee;nom_commune;code_insee_ancienne_commune;"
    "nom_ancienne_commune;x;y;lon;lat;type_position;alias;nom_ld;libelle_acheminement;nom_afnor;"
    "source_position;source_nom_voie;certification_commune;cad_parcelles"
)
BAN_2020 = (
    "id;id_fantoir;numero;rep;nom_voie;code_postal;code_insee;nom_commune;code_insee_ancienne_commune;"
    "nom_ancienne_commune;x;y;lon;lat;alias;nom_ld;libelle_acheminement;nom_afnor;source_position;source_nom_voie"
)
LOCALITIES = (
    "id;nom_lieu_dit;code_postal;code_insee;nom_commune;code_insee_ancienne_commune;nom_ancienne_commune;"
    "x;y;lon;lat;source_position;source_nom_voie"
)
BAL_1_3 = (
    "uid_adresse;cle_interop;commune_insee;commune_nom;commune_deleguee_insee;commune_deleguee_nom;voie_nom;"
    "lieudit_complement_nom;numero;suffixe;position;x;y;long;lat;cad_parcelles;source;date_der_maj;"
    "certification_commune"
)
BAL_1_4 = (
    "id_ban_commune;id_ban_toponyme;id_ban_adresse;cle_interop;commune_insee;commune_nom;"
    "commune_deleguee_insee;commune_deleguee_nom;voie_nom;lieudit_complement_nom;numero;suffixe;position;x;y;"
    "long;lat;cad_parcelles;source;date_der_maj;certification_commune"
)
BAL_1_5 = (
    "id_ban_commune;id_ban_toponyme;id_ban_adresse;commune_insee;commune_nom;commune_deleguee_insee;"
    "commune_deleguee_nom;toponyme;lieudit_complement_nom;numero;suffixe;position;x;y;long;lat;cad_parcelles;"
    "source;date_der_maj;certification_commune"
)

PLACE = {"code_postal": "44521", "code_insee": "44115", "nom_commune": "Oudon", "lon": "-1.2843", "lat": "47.3512"}
BAL_PLACE = {"commune_insee": "44115", "commune_nom": "Oudon", "long": "-1.2843", "lat": "47.3512"}


def line(header: str, **cells: str) -> str:
    """A line with these cells under their columns; a place in Oudon unless told otherwise."""
    known = (BAL_PLACE if "commune_insee" in header else PLACE) | cells
    return ";".join(known.get(column, "") for column in header.split(";"))


def door(number: str, name: str = "Rue d'Anjou", *, key: str = "44115_0010", rep: str = "", **cells: str) -> str:
    """A door of the BAN."""
    identifier = f"{key}_{number:0>5}" + (f"_{rep}" if rep else "")
    return line(BAN, id=identifier, numero=number, rep=rep, nom_voie=name, **cells)


def write(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
