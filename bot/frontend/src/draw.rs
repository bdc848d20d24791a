//! A reply as a card: which parts are shown, how much of each, and which buttons make sense.
