//! What tokens cost.

/// Tokens that one turn has taken, and what they cost.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Spent {
    /// Tokens read.
    pub input_tokens: u64,
    /// Tokens written.
    pub output_tokens: u64,
    /// Millionths of a dollar. `None`: nobody knows the model's price.
    pub cost: Option<u64>,
}

impl Spent {
    /// Tokens read and written.
    pub fn tokens(self) -> u64 {
        self.input_tokens.saturating_add(self.output_tokens)
    }
}

/// What a model costs, in millionths of a dollar per million tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Price {
    /// For tokens that it reads.
    pub input: u64,
    /// For tokens that it reads from the provider's cache; `None` where they cost as much as the others.
    pub cached_input: Option<u64>,
    /// For tokens that it writes.
    pub output: u64,
}

/// A price is for so many tokens.
const UNIT: u128 = 1_000_000;

impl Price {
    /// What tokens cost, in millionths of a dollar, rounded up. Of the `input` ones, `cached` came from the cache.
    pub fn cost(self, input: u64, cached: u64, output: u64) -> u64 {
        let cached = cached.min(input);
        let of = |tokens: u64, price: u64| u128::from(tokens).saturating_mul(u128::from(price));
        let sum = of(input - cached, self.input)
            .saturating_add(of(cached, self.cached_input.unwrap_or(self.input)))
            .saturating_add(of(output, self.output));
        u64::try_from(sum.div_ceil(UNIT)).unwrap_or(u64::MAX)
    }

    /// How many tokens can be written for so many millionths of a dollar.
    pub(super) fn output_for(self, money: u64) -> u64 {
        let tokens = (u128::from(money) * UNIT).checked_div(u128::from(self.output));
        tokens.map_or(u64::MAX, |tokens| u64::try_from(tokens).unwrap_or(u64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRICE: Price = Price {
        input: 2_500_000,
        cached_input: Some(250_000),
        output: 10_000_000,
    };

    #[test]
    fn a_price_is_for_a_million_tokens() {
        assert_eq!(PRICE.cost(1_000_000, 0, 0), 2_500_000);
        assert_eq!(PRICE.cost(1_000_000, 1_000_000, 0), 250_000);
        assert_eq!(PRICE.cost(0, 0, 1_000_000), 10_000_000);
        assert_eq!(PRICE.cost(1_000, 400, 500), 1_500 + 100 + 5_000);
    }

    #[test]
    fn a_part_of_a_millionth_counts_as_a_whole_one_once() {
        assert_eq!(PRICE.cost(1, 0, 0), 3);
        assert_eq!(PRICE.cost(1, 1, 0), 1);
        let cheap = Price {
            input: 1,
            cached_input: None,
            output: 1,
        };
        assert_eq!(cheap.cost(1, 0, 1), 1);
        assert_eq!(cheap.cost(0, 0, 0), 0);
    }

    #[test]
    fn more_cached_tokens_than_there_are_and_huge_numbers_do_no_harm() {
        assert_eq!(PRICE.cost(10, 1_000, 0), PRICE.cost(10, 10, 0));
        assert_eq!(PRICE.cost(u64::MAX, 0, u64::MAX), u64::MAX);
    }

    #[test]
    fn what_money_buys_costs_no_more_than_it() {
        for money in [0, 1, 9, 10, 11, 123_457, 5_000_000] {
            let tokens = PRICE.output_for(money);
            assert!(PRICE.cost(0, 0, tokens) <= money, "{money}");
            assert!(PRICE.cost(0, 0, tokens + 1) > money, "{money}");
        }
        let free = Price { output: 0, ..PRICE };
        assert_eq!(free.output_for(0), u64::MAX);
    }
}
