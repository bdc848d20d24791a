//! Choices and the search over them. The reader is written as if every choice were made right at once; each
//! time it could go several ways it asks here. A run follows a script and takes the best option after the
//! script's end; the search then tries the runs that differ in one more choice, those that cost least first.

/// What one choice offered.
#[derive(Clone, Debug)]
struct Asked {
    taken: usize,
    losses: Vec<f32>,
}

/// The choices of one run.
#[derive(Clone, Debug, Default)]
pub struct Choices {
    script: Vec<usize>,
    asked: Vec<Asked>,
    /// What the choices taken cost.
    pub loss: f32,
}

impl Choices {
    fn following(script: Vec<usize>) -> Self {
        Self { script, asked: Vec::new(), loss: 0.0 }
    }

    /// Takes one of several options, best first, by what each of them costs.
    pub fn choose(&mut self, losses: &[f32]) -> usize {
        if losses.len() < 2 {
            self.loss += losses.first().copied().unwrap_or(0.0);
            return 0;
        }
        let taken = self.script.get(self.asked.len()).copied().unwrap_or(0).min(losses.len() - 1);
        self.loss += losses[taken];
        self.asked.push(Asked { taken, losses: losses.to_vec() });
        taken
    }
}

/// Runs `read` along the likeliest choices. Each run gives a result and what it cost in all; they come back with
/// the cheapest first.
pub fn search<T>(
    most: usize,
    enough: f32,
    mut read: impl FnMut(&mut Choices) -> Option<(T, f32)>,
) -> Vec<(T, f32)> {
    let mut open: Vec<(f32, Vec<usize>)> = vec![(0.0, Vec::new())];
    let mut done: Vec<(T, f32)> = Vec::new();
    for _ in 0..most {
        let Some(next) = (0..open.len()).min_by(|a, b| open[*a].0.total_cmp(&open[*b].0).then(a.cmp(b)))
        else {
            break;
        };
        let (least, script) = open.swap_remove(next);
        let best = done.iter().map(|d| d.1).fold(f32::INFINITY, f32::min);
        // What is still open costs more than what is found already.
        if least > best + enough {
            break;
        }
        let fixed = script.len();
        let mut choices = Choices::following(script);
        let result = read(&mut choices);
        let mut so_far = 0.0;
        for (at, asked) in choices.asked.iter().enumerate() {
            if at >= fixed {
                for (option, loss) in asked.losses.iter().enumerate().skip(1) {
                    let more = so_far + loss - asked.losses[0];
                    if more < 1.2 {
                        let mut script: Vec<usize> = choices.asked[..at].iter().map(|a| a.taken).collect();
                        script.push(option);
                        open.push((more, script));
                    }
                }
            }
            so_far += asked.losses[asked.taken] - asked.losses[0];
        }
        if let Some(result) = result {
            done.push(result);
        }
    }
    done.sort_by(|a, b| a.1.total_cmp(&b.1));
    done
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cheapest_run_comes_first() {
        // The likeliest first step leads to a dear second one.
        let runs = search(20, 1.0, |choices| {
            let first = choices.choose(&[0.0, 0.2]);
            let dear = if first == 0 { 0.9 } else { 0.0 };
            let second = choices.choose(&[0.0, 0.1]);
            Some(((first, second), choices.loss + dear))
        });
        assert_eq!(runs[0].0, (1, 0));
        assert_eq!(runs.len(), 4);
    }

    #[test]
    fn runs_without_a_result_are_passed_over() {
        let runs = search(20, 1.0, |choices| {
            let taken = choices.choose(&[0.0, 0.3, 0.5]);
            (taken > 0).then_some((taken, choices.loss))
        });
        assert_eq!(runs.iter().map(|r| r.0).collect::<Vec<_>>(), [1, 2]);
    }
}
