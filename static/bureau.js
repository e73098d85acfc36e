/*
The keys of a dossier's page, and a word before choices that are not saved are left. Markup it looks for:

form[data-decisions]  the decisions; its rows are article.row, its main button is the bar's .button.
[data-unsaved]        on that form: the server kept nothing of what it shows.
[data-keys]           hidden; a box that turns the keys of one letter off (WCAG 2.1.4), remembered in this browser.

A, R, C choose for the row that has the focus; J, K go to the next and the previous; Ctrl+Enter presses the main
button, « Suivant » once all is answered, once however long it is held; ? opens the help. None but Ctrl+Enter does
anything where one types.
*/
(function () {
  const doc = document, KEPT = 'touches';
  const VALUES = {a: 'accepted', r: 'refused', c: 'to_correct'};
  let leaving = false;

  const form = () => doc.querySelector('form[data-decisions]');
  const rows = () => Array.from(doc.querySelectorAll('form[data-decisions] article.row'));
  const typing = (target) => target.matches('select, textarea, input:not([type=radio]):not([type=checkbox])');

  // Where storage is refused, the keys are on.
  function off(set) {
    try {
      if (set !== undefined) localStorage.setItem(KEPT, set ? 'non' : 'oui');
      return localStorage.getItem(KEPT) === 'non';
    } catch (refused) { return false; }
  }

  function dress() {
    doc.querySelectorAll('[data-keys]').forEach((label) => {
      label.hidden = false;
      label.firstElementChild.checked = !off();
    });
  }

  function go(step) {
    const all = rows(), at = all.indexOf(doc.activeElement.closest('article.row'));
    const row = all[at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + step, 0), all.length - 1)];
    if (!row) return;
    row.focus();
    row.scrollIntoView({block: 'nearest'});
  }

  function choose(value) {
    const row = doc.activeElement.closest('article.row'), radio = row && row.querySelector('[type=radio][value=' + value + ']');
    if (!radio) return;
    const folded = radio.closest('details');
    if (folded) folded.open = true;
    radio.click();
    (value === 'accepted' ? radio : row.querySelector('select')).focus();
  }

  doc.addEventListener('keydown', (event) => {
    const key = event.key.toLowerCase(), target = event.target;
    if (!form() || event.isComposing || event.altKey) return;
    if (event.ctrlKey || event.metaKey) {
      const button = key === 'enter' && form().querySelector('.bar .button, .bar .next');
      if (!button) return;
      if (!event.repeat) button.click();
    } else if (key === 'escape' && typing(target) && target.closest('article.row')) target.closest('article.row').focus();
    else if (typing(target) || off()) return;
    else if (VALUES[key]) choose(VALUES[key]);
    else if (key === 'j') go(1);
    else if (key === 'k') go(-1);
    else if (key === '?') location.href = '/mairie/aide';
    else return;
    event.preventDefault();
  });

  const changed = (field) => field.type === 'radio' || field.type === 'checkbox' ? field.checked !== field.defaultChecked
    : field.options ? !(field.selectedOptions[0] || field).defaultSelected && field.selectedIndex > 0
    : field.type !== 'hidden' && field.value !== field.defaultValue;
  const chosen = (field) => field.name && field.name !== 'pour';
  const unsaved = () => form() && ('unsaved' in form().dataset || Array.from(form().elements).some((field) => chosen(field) && changed(field)));

  addEventListener('beforeunload', (event) => { if (!leaving && unsaved()) event.preventDefault(); });
  doc.addEventListener('submit', (event) => { leaving = event.target === form(); }, true);
  ['htmx:after:swap', 'htmx:error'].forEach((name) => doc.addEventListener(name, () => { leaving = false; dress(); }));
  doc.addEventListener('change', (event) => { if (event.target.closest('[data-keys]')) off(!event.target.checked); });
  dress();
})();
