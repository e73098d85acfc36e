"""What the portal knows: closed lists of codes, and the frozen records that hold them."""

from wizard.models.codes import (
    Action as Action,
)
from wizard.models.codes import (
    AgentRole as AgentRole,
)
from wizard.models.codes import (
    Decision as Decision,
)
from wizard.models.codes import (
    DraftKind as DraftKind,
)
from wizard.models.codes import (
    KeyOrigin as KeyOrigin,
)
from wizard.models.codes import (
    Link as Link,
)
from wizard.models.codes import (
    Motive as Motive,
)
from wizard.models.codes import (
    PreferredContact as PreferredContact,
)
from wizard.models.codes import (
    Recognition as Recognition,
)
from wizard.models.codes import (
    Residence as Residence,
)
from wizard.models.codes import (
    Role as Role,
)
from wizard.models.codes import (
    Sex as Sex,
)
from wizard.models.codes import (
    Status as Status,
)
from wizard.models.codes import (
    Title as Title,
)
from wizard.models.codes import (
    TokenPurpose as TokenPurpose,
)
from wizard.models.records import (
    Account as Account,
)
from wizard.models.records import (
    Address as Address,
)
from wizard.models.records import (
    Agent as Agent,
)
from wizard.models.records import (
    Answers as Answers,
)
from wizard.models.records import (
    DecisionLine as DecisionLine,
)
from wizard.models.records import (
    Dossier as Dossier,
)
from wizard.models.records import (
    Draft as Draft,
)
from wizard.models.records import (
    Identity as Identity,
)
from wizard.models.records import (
    Member as Member,
)
from wizard.models.records import (
    Receipt as Receipt,
)
from wizard.models.records import (
    Right as Right,
)
