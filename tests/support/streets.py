"""A few made-up streets of Oudon, as the national address file writes them."""

from pathlib import Path

STREETS = ("Rue d'Anjou", "Rue du Moulin", "Rue de la Loire", "Place de l'Église", "Chemin de la Barre")
DOORS = 30
COLUMNS = (
    "id;id_fantoir;numero;rep;nom_voie;code_postal;code_insee;nom_commune;code_insee_ancienne_commune;"
    "nom_ancienne_commune;x;y;lon;lat;type_position;alias;nom_ld;libelle_acheminement;nom_afnor;"
    "source_position;source_nom_voie;certification_commune;cad_parcelles"
)


def write(path: Path) -> None:
    """Write the file, with thirty doors a street."""
    lines = [COLUMNS]
    for number, street in enumerate(STREETS):
        for door in range(1, DOORS + 1):
            lines.append(
                f"44115_{number:04}_{door:05};;{door};;{street};44521;44115;Oudon;;;;;"
                f"{-1.28 + door / 10_000:.5f};{47.35 + number / 10_000:.5f};entrée;;;OUDON;;commune;commune;1;"
            )
    path.write_text("\n".join(lines), encoding="utf-8")
