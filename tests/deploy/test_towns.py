"""Several towns on the machine: its service, its copies of each night and its upgrade see to all of them."""

from collections.abc import Iterator

import pytest

from tests.deploy.installed import RELEASES, SITE, VERSION, Portal
from tests.deploy.releases import MIGRATION, a_release, serving, tables, upgraded_under_load

pytestmark = [pytest.mark.slow, pytest.mark.long]

TOWNS = "/srv/portail/oudon", "/srv/portail/ancenis"
# What README has an administrator change in the variables, the towns then added as it says.
SEVERAL = f"""
systemctl stop portail-famille.socket portail-famille
mkdir /var/tmp/one
cp -a /etc/portail-famille.env /srv/portail /var/tmp/one/
rm -rf /srv/portail/* /var/backups/portail-famille/*
sed -i -e 's|^PORTAIL_INSTANCE=.*|PORTAIL_TOWNS = "/srv/portail"|' \
    -e '/^PORTAIL_PUBLIC_URL=/d; /_KEY=/d; /^PORTAIL_TRUSTED_NETWORKS=/d' /etc/portail-famille.env
portail-famille towns add oudon https://{SITE} --toml /opt/portail-famille/current/instance/town.toml
portail-famille towns add ancenis https://famille.ancenis.fr --toml /opt/portail-famille/current/instance/town.toml
echo PORTAIL_TRUSTED_NETWORKS=127.0.0.0/8 >> /srv/portail/oudon/portail.env
portail-famille towns migrate"""
# One that another machine serves, whose folder is here until « towns remove ».
LEFT = """
portail-famille towns add couffe https://famille.couffe.fr --toml /opt/portail-famille/current/instance/town.toml
printf 'ailleurs arrivee' > /srv/portail/couffe/.partie"""
ONE = """
systemctl stop portail-famille.socket portail-famille
rm -rf /srv/portail/* /var/backups/portail-famille/*
cp -a /var/tmp/one/portail/. /srv/portail/
cp -a /var/tmp/one/portail-famille.env /etc/
rm -rf /var/tmp/one
ln -sfn releases/{version} /opt/portail-famille/current
systemctl start portail-famille.socket portail-famille"""


@pytest.fixture(autouse=True)
def towns(portal: Portal) -> Iterator[None]:
    portal.run(SEVERAL)
    with portal.behind("nginx"):
        yield
    portal.run(ONE.format(version=VERSION))


def test_all_are_upgraded_by_one_command_and_no_request_fails(portal: Portal) -> None:
    portal.run(LEFT)
    a_release(portal, "9.7.0", MIGRATION.format(line="pass"))
    code, said, answered = upgraded_under_load(portal, "9.7.0")
    assert code == 0, said
    assert f"{RELEASES}/9.7.0 sert. La base d'avant est dans /var/backups/portail-famille-upgrade/" in said
    assert serving(portal) == "9.7.0" and all("later" in tables(portal, town) for town in TOWNS)
    assert set(answered) == {200, 303}
    copies = portal.run("stat -c '%U %a' /var/backups/portail-famille-upgrade/*/*.db").stdout
    assert copies == "portail 600\n" * 2


def test_one_that_a_release_does_not_suit_has_all_put_back(portal: Portal) -> None:
    before = [tables(portal, town) for town in TOWNS]
    where = "db.execute('PRAGMA database_list').fetchone()[2]"
    a_release(portal, "9.8.0", MIGRATION.format(line=f"assert 'oudon' not in {where}"))
    code, said, answered = upgraded_under_load(portal, "9.8.0")
    assert code == 1 and "À VOIR  oudon" in said and f"{RELEASES}/{VERSION} sert de nouveau" in said, said
    assert serving(portal) == VERSION and [tables(portal, town) for town in TOWNS] == before
    assert set(answered) == {200, 303}


def test_each_is_copied_at_night(portal: Portal) -> None:
    portal.run("systemctl start portail-famille-backup.service")
    copies = portal.run("cd /var/backups/portail-famille; ls -d */portail-*.db").stdout.split()
    assert sorted(copy.split("/")[0] for copy in copies) == ["ancenis", "oudon"]
