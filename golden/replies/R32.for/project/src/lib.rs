//! Which subscribers hear of a topic such as `orders.created`.

use wildmatch::WildMatch;

/// A subscriber's name and the topics that it asked for: `*` stands for any text, `?` for one letter.
pub struct Subscriber {
    name: String,
    topics: WildMatch,
}

impl Subscriber {
    pub fn new(name: &str, topics: &str) -> Self {
        Self {
            name: name.to_owned(),
            topics: WildMatch::new(topics),
        }
    }
}

/// Names of those who hear of `topic`.
pub fn hear<'a>(subscribers: &'a [Subscriber], topic: &str) -> Vec<&'a str> {
    let heard = subscribers.iter().filter(|it| it.topics.matches(topic));
    heard.map(|it| &*it.name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topics_are_matched() {
        let subscribers = [
            Subscriber::new("all", "*"),
            Subscriber::new("orders", "orders.*"),
            Subscriber::new("versions", "*.v?"),
            Subscriber::new("one", "orders.created"),
        ];
        assert_eq!(hear(&subscribers, "orders.created"), ["all", "orders", "one"]);
        assert_eq!(hear(&subscribers, "stock.v2"), ["all", "versions"]);
        assert_eq!(hear(&subscribers, "stock.v12"), ["all"]);
        assert_eq!(hear(&subscribers, ""), ["all"]);
    }
}
