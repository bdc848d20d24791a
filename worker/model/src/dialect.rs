//! What differs between servers that are all "compatible with OpenAI": the shape of an answer they can force, tools, and the
//! names of fields. We begin with the most and take away what is refused; what was learnt is kept for each model.

use crate::{answer, error::About};
use serde_json::{Value, json};

/// How to speak to a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dialect {
    /// How the answer's shape is forced.
    pub format: Format,
    /// It knows tools.
    pub tools: bool,
    /// It lets the temperature be set.
    pub temperature: bool,
    /// It says `max_completion_tokens`, not `max_tokens`.
    pub completion_tokens: bool,
    /// It tells usage in a stream.
    pub usage: bool,
}

/// How the answer's shape is forced, most first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A JSON Schema that is kept to the letter.
    Strict,
    /// A JSON Schema as a guide.
    Schema,
    /// Some JSON object.
    Object,
    /// Not at all.
    Plain,
}

impl Default for Dialect {
    fn default() -> Self {
        Self { format: Format::Strict, tools: true, temperature: true, completion_tokens: false, usage: true }
    }
}

impl Dialect {
    /// The same without what was refused; `None` when there is nothing left to take away.
    pub fn without(self, about: About) -> Option<Self> {
        let less = match about {
            About::Usage if self.usage => Self { usage: false, ..self },
            About::Temperature if self.temperature => Self { temperature: false, ..self },
            About::Length if !self.completion_tokens => Self { completion_tokens: true, ..self },
            About::Tools if self.tools => Self { tools: false, ..self },
            _ => match self.format {
                Format::Strict => Self { format: Format::Schema, ..self },
                Format::Schema => Self { format: Format::Object, ..self },
                Format::Object => Self { format: Format::Plain, ..self },
                Format::Plain if self.tools => Self { tools: false, ..self },
                Format::Plain if self.usage => Self { usage: false, ..self },
                Format::Plain => return None,
            },
        };
        Some(less)
    }

    /// The same for an answer in plain words.
    pub fn in_words(self) -> Self {
        Self { format: Format::Plain, ..self }
    }

    /// The request for a model to answer `messages`.
    pub fn request(
        self,
        model: &str,
        messages: &[Value],
        tools: Option<&Value>,
        answer_tokens: u32,
        temperature: Option<f32>,
    ) -> Value {
        let mut body = json!({ "model": model, "messages": messages, "stream": true });
        let length = if self.completion_tokens { "max_completion_tokens" } else { "max_tokens" };
        body[length] = answer_tokens.into();
        if self.usage {
            body["stream_options"] = json!({ "include_usage": true });
        }
        if let Some(temperature) = temperature.filter(|_| self.temperature) {
            // Through text, or 0.2 would be 0.20000000298.
            body["temperature"] = serde_json::from_str(&temperature.to_string()).unwrap_or_default();
        }
        if let Some(tools) = tools.filter(|_| self.tools) {
            body["tools"] = tools.clone();
        }
        match self.format {
            Format::Strict => body["response_format"] = schema(true, answer::strict_schema()),
            Format::Schema => body["response_format"] = schema(false, answer::schema()),
            Format::Object => body["response_format"] = json!({ "type": "json_object" }),
            Format::Plain => {}
        }
        body
    }

    /// Whether the server itself shows the model the shape.
    pub fn tells_the_shape(self) -> bool {
        matches!(self.format, Format::Strict | Format::Schema)
    }
}

fn schema(strict: bool, schema: Value) -> Value {
    json!({ "type": "json_schema", "json_schema": { "name": "answer", "strict": strict, "schema": schema } })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_refused_is_taken_away_until_nothing_is_left() {
        let mut dialect = Dialect::default();
        for about in [About::Usage, About::Temperature, About::Length, About::Tools] {
            let less = dialect.without(about).expect("there is something to take away");
            assert_ne!(less, dialect, "{about:?}");
            assert_eq!(less.format, Format::Strict, "{about:?} is not about the format");
            dialect = less;
        }
        let formats: Vec<Format> =
            std::iter::successors(Some(dialect), |d| d.without(About::Unknown)).map(|d| d.format).collect();
        assert_eq!(formats, [Format::Strict, Format::Schema, Format::Object, Format::Plain]);
    }

    #[test]
    fn a_number_is_sent_as_it_was_set() {
        let body = Dialect::default().request("m", &[], None, 10, Some(0.2));
        assert_eq!(body["temperature"].to_string(), "0.2");
    }
}
