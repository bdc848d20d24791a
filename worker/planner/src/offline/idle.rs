//! Words that are not in the catalogue and yet carry no condition: verbs that only say how two things belong
//! together ("certified to fly"), words that point back ("those", "each one"), and words about the asking itself
//! ("in the database"). What could be a condition (an adjective, a name, a state such as "cancelled") never is one
//! of them.

use super::{
    lexicon::Lexicon,
    words::{Token, TokenKind, root},
};

/// Verbs of relation, by their roots: that a person does this to a thing is what the keys tell.
const RELATIONS: &str = "\
    accommodat accompany accredit acquir act administ admit adopt aim allocat appli apply appoint arriv \
    associat attach audit author await bak belong bid blend book borrow bottl brew bring broadcast brought \
    build built buy carri carry cater certifi certify chair choos chos chose chosen circulat claim classifi \
    coach collect comment commit compet complet compos compris concern conduct consist consum contribut cook \
    coordinat correspond cost cross cultivat deal depart depend deposit describ design develop diagnos direct \
    dispens do dock donat draft draw drawn drew driv driven drove earn eat edit elect endow enrol enroll enter \
    escort establish evaluat examin excavat exhibit exist fac facilitat fall featur ferri fil film finish flew \
    flie flown fly follow foster found fund gain gav giv given go goes gone graduat graz grew grow grown hand \
    harvest haul head hear heard hir hit host identifi identify illustrat inaugurat inhabit inherit inspect install \
    instruct insur interview introduc invent invest issu laid land last launch lay learn leav lectur left lend \
    lent licens lie lies lodg log los lost lying mak manufactur measur mention mentor modifi modify moor nam \
    narrat navigat need nominat obtain occupi occupy officiat open operat organis organiz originat ow own \
    owning owns paint particip participat pass patrol pay perform photograph pilot play possess post preach \
    prefer prepar prescrib present preserv program prosecut provid put quot rais ran rank reach read recommend \
    record recruit refer refere refurbish rehears releas rely render rent represent request requir research \
    reserv resid review rid ridden rode run sang sat scor sculpt seat select serv shar shoot shot show showed \
    shown sign sing sit sits sitting situat skipper sleep slept sow sown speak spend spent spok spoken sponsor \
    spread stand stands star stitch stock stood stor studi study submit summariz sung supervis suppli supply \
    support tailor take taken taught teach tend test tested trad train transact transfer translat transport \
    travel trea treat tun tutor undergo undertak undertaken undertook underwent upload use utilis utiliz vot \
    walk watch wear weav went win withdraw withdrawn withdrew won worn writ written wrote yield";

/// Further verbs of relation, most of which are nouns as well: only where they are verbs plainly.
const VERBS: &str = "\
    access advise afford allow announce arrange assemble assist attract attribute authorise authorize befall \
    board breed bundle care cast cite climb clock command conceive connect consult contact contract control \
    convene convey craft define demand derive devise display distribute dive educate embark emit encounter \
    engage enlist ensure equip erect exchange experience fetch field fight fill find fit flow forge form frame \
    fuel furnish generate govern grant greet guard guide help honor honour house impose inform initiate \
    integrate intend interact invoice irrigate judge know lift light line link load map market mix model mount \
    nurse orbit oversaw oversee overseen pack park pick pitch plan pollinate populate preside press procure \
    programme propose realise realize rear relate relay reply roll round rule schedule seek service shape \
    shelter shop slide span specialise specialize specify spot staff stage stamp station steer stem step store \
    strike style suit surround switch target throw tie tour tow trace track trail transmit trigger understand \
    understood work wrap";

/// Words that say nothing about which rows are meant.
const CONTEXT: &str = "\
    able altogether anyone aside back combination combinations consider each either everyone exist herself \
    himself how itself let merely money pair pairs regardless respective say showing shown somebody someone \
    starting such summed system systems table tables there thing things those through upon via well when \
    whichever while yet";

/// What an unknown word is, where it carries no condition.
pub enum Idle {
    /// It says how things belong together.
    Relation,
    /// It says nothing.
    Context,
}

/// The word carries no condition; `named` tells whether the next words name a table or column.
pub fn idle(tokens: &[Token], at: usize, named: bool, lexicon: &Lexicon) -> Option<Idle> {
    let token = &tokens[at];
    let capital = at > 0 && token.text.chars().next().is_some_and(char::is_uppercase);
    if token.kind != TokenKind::Word || capital {
        return None;
    }
    let before = at.checked_sub(1).map_or("", |b| tokens[b].lower.as_str());
    let next = tokens.get(at + 1).map_or("", |t| t.lower.as_str());
    // "did not order any products" denies the products; "were not invited" denies the verb itself.
    let object = named
        || matches!(next, "any" | "a" | "an" | "the" | "to" | "in" | "through" | "by" | "for" | "at" | "on");
    if matches!(before, "no" | "without" | "non") || matches!(before, "not" | "never") && !object {
        return None;
    }
    let word = token.lower.as_str();
    let stem = root(word);
    // "a reservation", "each reviewer": things, of which nothing is known.
    let noun = matches!(before, "a" | "an" | "the" | "each" | "every" | "any" | "of")
        || ["tion", "ment", "er", "or", "al", "ers", "ors", "als", "sion", "ings"]
            .iter()
            .any(|end| word.ends_with(end))
        // "booking per month": what a question begins with is asked for.
        || at == 0 && word.ends_with("ing");
    // "What does KG stand for?" asks for its meaning.
    let explained = |t: &Token| matches!(t.lemma.as_str(), "description" | "name" | "title" | "meaning");
    let meant = next == "for" && stem == "stand" && !tokens.iter().any(explained);
    let verb = word.ends_with("ed")
        || word.ends_with("ing")
        || is_one_of("did does do to who that can could may will they we i you", before);
    // Who speaks French, nothing tells where no languages are kept.
    if is_one_of("speak speaks speaking spoke spoken", word)
        && !["language", "tongue"].iter().any(|kept| lexicon.is_word(kept))
    {
        return None;
    }
    // "What is Ann earning?" asks for it.
    let asked = tokens[0].lower == "what"
        && word.ends_with("ing")
        && at > 2
        && tokens[1].lower.starts_with('i')
        && tokens[at - 1].text.starts_with(char::is_uppercase);
    let relation = !asked
        && !noun
        && !meant
        && (is_relation(RELATIONS, word, &stem) || verb && is_relation(VERBS, word, &stem));
    // "registered branches": a participle before its noun is a condition.
    let ends = tokens.get(at + 1).is_none_or(|t| t.kind == TokenKind::Mark);
    // "that are owned": so is a participle with nothing behind it.
    let state = ends && matches!(before, "are" | "is" | "were" | "was" | "be" | "been");
    // "How many have left?": so is what somebody did, and nobody and nothing else has a part in.
    let done = ends
        && word != "taken"
        && (matches!(before, "have" | "has" | "had")
            || matches!(word, "left" | "died" | "retired" | "resigned" | "quit" | "departed" | "graduated"));
    // "sites that yielded samples" says what they did, "stored samples" which ones.
    let that = matches!(before, "that" | "which" | "who");
    let adjective = done
        || state && word.ends_with("ed")
        || named && !that && (word.ends_with("ed") || word.ends_with("en"));
    // "clubs that have organised activities": behind "have" the participle is what they did.
    let did = matches!(before, "have" | "has" | "had" | "having") && !done;
    if relation && (!adjective || did) {
        return Some(Idle::Relation);
    }
    // "marked as delivered", "set to zero": what it is marked as, the next words tell.
    let told = word.ends_with("ed") && next == "as" || word == "set" && next == "to";
    // "laid down", "spread over"
    let particle = match word {
        "down" => matches!(before, "put" | "laid" | "written" | "set" | "noted"),
        "over" => matches!(before, "spread" | "split" | "distributed"),
        _ => false,
    };
    if told && !noun || particle {
        return Some(Idle::Context);
    }
    (is_one_of(CONTEXT, word) && at > 0).then_some(Idle::Context)
}

/// One of those verbs, in whatever form.
fn is_relation(verbs: &str, word: &str, stem: &str) -> bool {
    let same = |other: &str| verbs.split_ascii_whitespace().any(|verb| verb == other || root(verb) == other);
    // "logged": short words keep both of their letters.
    let mut ends = stem.char_indices().rev();
    let twice = match (ends.next(), ends.next()) {
        (Some((at, last)), Some((_, before))) if last == before => Some(&stem[..at]),
        _ => None,
    };
    verbs.split_ascii_whitespace().any(|verb| verb == word) || same(stem) || twice.is_some_and(same)
}

fn is_one_of(list: &str, word: &str) -> bool {
    list.split_ascii_whitespace().any(|w| w == word)
}
