//! A codec of numbers, with every habit that a real one may have.

use framegate::error::{Error, Kind};
use framegate::gate::Weight;
use framegate::machine::{Codec, Failure, Input, Output, Recipe};
use std::collections::VecDeque;
use std::sync::Arc;

/// An input: a number, and whether decoding may begin with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Number {
    pub value: u32,
    pub key: bool,
    /// Of the recipe that took it.
    pub form: u32,
}

/// An output: the input's number, and which of its outputs this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    pub value: u32,
    pub part: u32,
}

/// How a codec behaves. Numbers name the input, counted from 0 since the codec was opened.
#[derive(Clone, Copy, Debug, Default)]
pub struct Habits {
    /// Inputs that it keeps before it answers the first.
    pub delay: usize,
    /// Every n-th input is never answered; 0 none.
    pub drops_every: u32,
    /// Outputs an input.
    pub parts: u32,
    /// Slots that an input takes; 0 for 1.
    pub slots: u32,
    pub fails_at: Option<u32>,
    pub panics_at: Option<u32>,
    pub fails_to_open: bool,
    /// What its inputs become when they are taken; those of another form are none.
    pub form: u32,
    pub refuses: bool,
}

pub struct FakeCodec {
    habits: Habits,
    taken: u32,
    kept: VecDeque<u32>,
    out: VecDeque<Answer>,
}

impl Input for Number {
    type Offer<'a> = Number;

    fn is_key(offer: Number) -> bool {
        offer.key
    }

    fn timestamp_us(&self) -> i64 {
        i64::from(self.value)
    }
}

impl Output for Answer {
    fn bytes(&self) -> u64 {
        10
    }
}

pub fn key(value: u32) -> Number {
    Number { value, key: true, form: u32::MAX }
}

pub fn recipe(habits: Habits) -> Arc<dyn Recipe<Number, Answer>> {
    Arc::new(habits)
}

impl Recipe<Number, Answer> for Habits {
    fn open(&self) -> Result<Box<dyn Codec<Number, Answer>>, Failure> {
        if self.fails_to_open {
            return Err(Error::not_supported("the fake does not open").into());
        }
        Ok(Box::new(FakeCodec { habits: *self, taken: 0, kept: VecDeque::new(), out: VecDeque::new() }))
    }

    fn weight(&self, _: Number) -> Weight {
        Weight { slots: self.slots.max(1), bytes: 100 }
    }

    fn take(&self, offer: Number) -> framegate::error::Result<Number> {
        if self.refuses {
            return Err(Error::not_supported("the fake takes nothing"));
        }
        Ok(Number { form: self.form, ..offer })
    }
}

impl FakeCodec {
    fn answer_beyond(&mut self, delay: usize) {
        while self.kept.len() > delay {
            let value = self.kept.pop_front().expect("longer than delay");
            self.out.extend((0..self.habits.parts).map(|part| Answer { value, part }));
        }
    }
}

impl Codec<Number, Answer> for FakeCodec {
    fn send(&mut self, input: Number) -> Result<(), Failure> {
        assert!(self.out.is_empty(), "send comes only after receive said None");
        assert_eq!(input.form, self.habits.form, "an input is taken by the recipe whose codec gets it");
        let index = self.taken;
        self.taken += 1;
        if self.habits.panics_at == Some(index) {
            panic!("the fake panics at {index}");
        }
        if self.habits.fails_at == Some(index) {
            return Err(Error::new(Kind::Encoding, format!("the fake fails at {index}")).into());
        }
        if self.habits.drops_every == 0 || !(index + 1).is_multiple_of(self.habits.drops_every) {
            self.kept.push_back(input.value);
        }
        self.answer_beyond(self.habits.delay);
        Ok(())
    }

    fn receive(&mut self) -> Result<Option<Answer>, Failure> {
        Ok(self.out.pop_front())
    }

    fn drain(&mut self) -> Result<(), Failure> {
        self.answer_beyond(0);
        Ok(())
    }

    fn holding(&self) -> usize {
        self.kept.len()
    }
}
