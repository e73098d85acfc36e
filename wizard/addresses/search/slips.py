"""When nothing has all that was typed: words misspelt, words often wrong, words that are not of the address."""

from collections.abc import Callable, Sequence
from functools import cached_property
from itertools import combinations

from wizard.addresses.lexicon import LIGHT_WORDS, STOP_WORDS
from wizard.addresses.search.finder import Finder
from wizard.addresses.search.parting import FEW, before_place
from wizard.addresses.search.query import Reading, Slot, partial_readings
from wizard.addresses.search.ranking import Scorer
from wizard.addresses.search.terms import Term, loosen, terms_of

MOST_CERTAIN = 6  # words; of a longer text, some are not of the address
POSTCODE = 5  # digits
MOST_FUZZY = 8  # words looked at once some are misspelt


class Slips:
    """What may be wrong in one reading of a text; each attempt tells whether it found what was meant."""

    def __init__(self, finder: Finder, text: str, reading: Reading) -> None:
        self.finder, self.text, self.reading = finder, text, reading
        self.vocabulary = finder.data.vocabulary

    @cached_property
    def terms(self) -> list[Term]:
        """Those of the reading; each attempt lets them stand for more than the one before."""
        return self._terms(self.reading)

    def try_each(self) -> None:
        """Make the attempts in turn, until one has found what was meant."""
        any(attempt(self) for attempt in LIKELIEST_FIRST)

    def place_glued(self) -> bool:
        """Try with the town as a word of its own, where it was typed at the end of another."""
        for slot in self.reading.slots[:MOST_FUZZY]:
            if not self.vocabulary.uses(slot.word) and (halves := before_place(self.vocabulary, slot.word)):
                parted = self.reading.parted(slot.word, *halves)
                terms = self._terms(parted)
                self.finder.with_all(parted, terms)
                if not self.finder.is_named(with_door=bool(parted.number)):
                    self._correct(parted, terms, terms, 1)
                is_word = self.vocabulary.uses(halves[0]) > 0 and halves[0] not in STOP_WORDS
                return (is_word or not self._names_a_place(slot)) and self.finder.is_named()
        return False

    def _names_a_place(self, glued: Slot) -> bool:
        """Whether a place is typed elsewhere than in the word that may end with one."""
        others = (slot.word for slot in self.reading.slots if slot is not glued and slot.word.isalpha())
        return any(self.vocabulary.places(word) > FEW for word in others)

    def stray_letters(self) -> bool:
        """Try with the smallest words as initials, or what is left of articles."""
        strays = [term for term in self.terms if term.is_stray]
        if not strays:
            return False
        self._correct(self.reading, self.terms, strays, 1)
        self._without(self.reading, self.terms, strays)
        return self.finder.is_named(with_door=True)

    def unknown_words(self) -> bool:
        """Try with the words that no address has as misspelt."""
        unknown = [term for term in self.terms if not term.uses and (term.is_code or not term.prefix)]
        return self._correct(self.reading, self.terms, unknown, 1)

    def words_around(self) -> bool:
        """Try without some parts of the text; or, of those of the address, without the one that is often wrong."""
        shorter = () if self.finder.found else partial_readings(self.text)
        for part in shorter:
            self.finder.with_all(part, terms_of(self.vocabulary, part.slots, part.fillers))
        if self.finder.is_named():
            return False
        for part in (self.reading, *shorter[:1]):
            self._leave_aside(part)
        if not self.finder.is_named() and shorter and len(self.reading.slots) > MOST_CERTAIN:
            self.reading = shorter[0]
            self.terms = self._terms(self.reading)
        if self.finder.is_named() and self.reading.number and not self.finder.has_door:
            self.name_misspelt()
        return self.finder.is_named()

    def often_wrong(self) -> None:
        """Try without what people often get wrong."""
        self._leave_aside(self.reading)

    def name_misspelt(self) -> None:
        """Try with a word of the name misspelt into another: « rue du Marc » for « rue du Maroc »."""
        for position, term in enumerate(self.terms):
            is_kind = term.slot.is_light and (not position or term.slot.word in LIGHT_WORDS)
            if term.slot.finished and term.slot.word.isalpha() and not is_kind and not self._is_place(term):
                loosen(term, farthest=1, even_common=True)
        self.finder.with_all(self.reading, self.terms)

    def one_mistake(self) -> bool:
        """Try with one mistake at most in each word."""
        return self._correct(self.reading, self.terms, self.terms, 1)

    def two_mistakes(self) -> bool:
        """Try with two mistakes at most in each word, when there is time to look for them."""
        return not self.finder.is_late and self._correct(self.reading, self.terms, self.terms, 2)

    def words_too_many(self) -> bool:
        """Try without one or two of the words."""
        scorer = Scorer(self.reading, self.terms, self.finder.area)
        matches = [term.match for term in self.terms if not term.optional]
        for left_out in (1, 2):
            for others in combinations(matches, max(len(matches) - left_out, 1)):
                self.finder.with_some(others, self.reading, scorer)
            if self.finder.found or len(matches) < 4:
                break
        return bool(self.finder.found)

    @property
    def ends_with_short_code(self) -> bool:
        """Whether what begins a postcode may also lack a digit: « 8540 » is not only 85400."""
        last = self.reading.slots[-1]
        return not last.finished and last.word.isdigit() and len(last.word) == POSTCODE - 1

    def last_word_misspelt(self) -> None:
        """Try with the last word as whole and misspelt, when it begins few names."""
        last = self.reading.slots[:MOST_FUZZY][-1]
        self.vocabulary.learn([last.word])
        if last.finished or len(last.word) < 4 or self.vocabulary.uses(last.word):
            return
        loosen(self.terms[-1], farthest=1)
        self.terms[-1].prefix = ""  # what begins so is already found
        self.finder.with_all(self.reading, self.terms)

    def _is_place(self, term: Term) -> bool:
        """Whether it rather names a place than a street."""
        return 2 * self.vocabulary.places(term.slot.word) > term.uses

    def _terms(self, reading: Reading) -> list[Term]:
        return terms_of(self.vocabulary, reading.slots[:MOST_FUZZY], reading.fillers)

    def _correct(self, reading: Reading, terms: Sequence[Term], some: Sequence[Term], farthest: int) -> bool:
        """Let some of the terms stand for the nearest words; returns whether that found more."""
        before = len(self.finder.found)
        for term in some:
            self.finder.hurry()
            loosen(term, farthest=farthest)
        if some:
            self.finder.with_all(reading, terms)
        return len(self.finder.found) > before

    def _leave_aside(self, reading: Reading) -> None:
        """Look without the smallest words, the kind of street, the postcode, until a door is found."""
        terms = terms_of(self.vocabulary, reading.slots, reading.fillers)
        strays = [term for term in terms if term.is_stray]
        kinds = [term for term in terms if term.slot.is_light]
        codes = [term for term in terms if term.is_code]
        for dropped in filter(None, (strays, kinds, codes, kinds and codes and kinds + codes)):
            if not self.finder.is_named(with_door=True):
                self._without(reading, terms, dropped)

    def _without(self, reading: Reading, terms: Sequence[Term], dropped: Sequence[Term]) -> None:
        matches = [term.match for term in terms if term not in dropped]
        self.finder.with_some(matches, reading, Scorer(reading, terms, self.finder.area))


# Each attempt is made only when those before it did not find what was meant.
LIKELIEST_FIRST: tuple[Callable[[Slips], bool], ...] = (
    Slips.place_glued,
    Slips.stray_letters,
    Slips.unknown_words,
    Slips.words_around,
    Slips.one_mistake,
    Slips.two_mistakes,
    Slips.words_too_many,
)
