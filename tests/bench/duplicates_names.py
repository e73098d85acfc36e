"""The names of the made-up families: common ones and rarer, with accents, hyphens and apostrophes."""


def _words(text: str, sign: str | None = None) -> list[str]:
    return [word.strip() for word in text.split(sign)]


GIRLS = _words("""
    Emma Louise Alice Chloé Inès Léa Léna Zoé Manon Camille Sarah Anaïs Élise Éléonore Noémie Héloïse Agathe Jade
    Ambre Rose Anna Mila Julia Romane Lina Eva Lou Juliette Nina Margaux Clémence Maëlys Océane Lola Victoria
    Anne-Sophie Marie-Lou Lou-Ann Fatoumata Aïssatou Yasmine Khadija Nour Mélissande Gwenaëlle Soizic Azélie
    Apolline
""")
BOYS = _words("""
    Gabriel Léo Raphaël Louis Lucas Adam Arthur Jules Hugo Maël Noé Ethan Paul Nathan Gabin Sacha Aaron Tom Mohamed
    Théo Eden Martin Victor Mathis Timéo Axel Antoine Robin Loïc Valentin Rémi Côme Célestin Anatole Jean-Baptiste
    Pierre-Louis Ibrahim Mamadou Youssef Ismaël Amine Malo Ewen Titouan Gwendal Yann Aurélien Grégoire
""")
WOMEN = _words("""
    Nathalie Isabelle Sylvie Céline Stéphanie Virginie Émilie Élodie Aurélie Marie Julie Laëtitia Hélène Claire
    Sandrine Audrey Fanny Delphine Amélie Anne-Laure Marie-Claire Fatima Samira Nadia Aïcha Maud Solène Morgane
    Bérénice Jeanne Monique Jacqueline Françoise Danièle Geneviève Odile
""")
MEN = _words("""
    Nicolas Julien Sébastien Frédéric David Stéphane Thomas Guillaume Jérôme Mickaël Cédric Vincent Benoît François
    Aurélien Mathieu Rachid Karim Mehdi Abdoulaye Jean-Marc Jean-Philippe Pierre-Yves Gaël Ronan Loïc Erwan Damien
    Fabien Michel Alain Gérard Bernard Yves Jean-Claude René
""")
COMMON = _words("""
    Martin Bernard Thomas Petit Robert Richard Durand Dubois Moreau Laurent Simon Michel Lefebvre Leroy Roux David
    Bertrand Morel Fournier Girard Bonnet Dupont Lambert Fontaine Rousseau Vincent Müller Lefèvre Faure André
    Mercier Blanc Guérin Boyer Garnier Chevalier François Legrand Gauthier Garcia Perrin Robin Clément Morin Nicolas
    Henry Roussel Mathieu Gautier Masson Da-Silva N'Diaye Diallo Traoré Nguyen Benali Yılmaz Ferreira Haddad
""")
HEADS = _words("""
    Le Ker Bar Cor Guil Mar Pen Ro Tré Gou Bel Cha Del Mont Ri Sau Val Bou Du Fro
""")
MIDDLES = _words("""
    ba do ga lé ma né pi ri vi zo chè
""")
TAILS = _words("""
    rd t nec zic lin reau mier neau ille val gnon dec rec chon
""")
STREETS = _words(
    """
    rue de la Loire | rue du Moulin | allée des Tilleuls | rue de l'Église | impasse des Écoles | rue Saint-Aubin |
    chemin des Vignes | rue Victor-Hugo | place du Marché | rue du Général-de-Gaulle | route de Nantes | rue Pasteur
    | rue des Lilas | rue Jean-Jaurès
""",
    "|",
)
