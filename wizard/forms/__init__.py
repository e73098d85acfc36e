"""Forms: the fields and the sentences that several pages share."""

from wizard.forms.birthdates import (
    MAJORITY as MAJORITY,
)
from wizard.forms.birthdates import (
    DateField as DateField,
)
from wizard.forms.birthdates import (
    birthdate_field as birthdate_field,
)
from wizard.forms.fields import (
    ChoiceField as ChoiceField,
)
from wizard.forms.fields import (
    Choices as Choices,
)
from wizard.forms.fields import (
    PhoneField as PhoneField,
)
from wizard.forms.fields import (
    SeveralField as SeveralField,
)
from wizard.forms.fields import (
    checkbox as checkbox,
)
from wizard.forms.fields import (
    email_field as email_field,
)
from wizard.forms.fields import (
    given_name_field as given_name_field,
)
from wizard.forms.fields import (
    name_field as name_field,
)
from wizard.forms.fields import (
    phone_field as phone_field,
)
from wizard.forms.fields import (
    radio_field as radio_field,
)
from wizard.forms.fields import (
    select_field as select_field,
)
from wizard.forms.fields import (
    single_name_box as single_name_box,
)
from wizard.forms.fields import (
    text_field as text_field,
)
from wizard.forms.step import (
    StepForm as StepForm,
)
