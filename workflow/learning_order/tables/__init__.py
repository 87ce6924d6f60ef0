"""Stage 5: the score tables of a collection, `results/scores/{collection}/{table}.parquet`.

`build.table_parts` makes them from predictions, `writing.write_tables` stores them, and
`collection.read_tables` reads them for figures and claims. The scores themselves are defined in
learning_order.scores. All rows belong to one split and, where there is a column `extent`, to one
extent, in epochs.

A split without labels has the label −1 throughout: the Agreement is known, and whatever needs
labels is NaN. `X_low` and `X_high` are the ends of the 95 % bootstrap interval of X over models,
NaN for a single model. Shares are from 0 to 1.

examples: one row per split, extent and example
    split, extent, example, label   which example, and its class
    tp_agreement                    share of models that are right about it
    agreement, modal_class          largest share of models that predict one class, and that class

accessibility: one row per split and example, over all extents
    split, example, label           which example, and its class
    accessibility                   mean TP-agreement over the extents
    forgetting                      mean number of forgetting events over the models
    confidence                      mean probability of the true class, over extents and models
    variability                     its standard deviation over the extents, mean over the models
    aum                             mean margin of the true class, over extents and models
    el2n                            mean over the models of the distance between the probabilities
                                    and the label after the first extent above 0

    The last four are NaN where no probabilities are recorded. They are Swayamdipta's data map
    (whose correctness is the accessibility), Pleiss' AUM and Paul's EL2N, this one from the mean
    over examples of the squared probabilities (see scores.el2n).

models: one row per split, extent and seed
    split, extent, seed             which model
    accuracy                        share of examples that it is right about

summary: one row per split and extent
    split, extent                   where
    models, examples                their numbers
    accuracy, _low, _high           mean over the models
    accuracy_sd                     standard deviation over the models, NaN for a single one
    ensemble_accuracy               share of examples that the majority vote is right about
    agreement, _low, _high          mean over the examples
    bimodality, _low, _high         of the TP-agreement: lower is more bimodal
    null_bimodality, _low, _high    the same of independent models with these accuracies
    class_null_bimodality, _low, _high
                                    the same of models that are independent within each class
    kappa, _low, _high, _examples_low, _examples_high
                                    the share of the variance of being right that all models have
                                    in common: 0 if they are independent, 1 if they are right about
                                    the same examples; intervals over models and over examples
    bimodality_at_100, _low, _high  the bimodality that a hundred such models would have; NaN where
                                    an interval of kappa reaches 0, and for fewer than four models
    fleiss_kappa, _low, _high       of the predicted classes: agreement beyond their frequencies
    disagreement, _low, _high       share of examples to which two models give different classes
    disagreement_over_error, _low, _high
                                    the same as a share of the error: 1 for calibrated votes
    predicted_accuracy_sd           accuracy_sd to expect of errors that are independent given each
                                    example
    accuracy_spread_ratio, _low, _high
                                    the variance of accuracy over the expected one; its interval is
                                    that of the variance of a normal distribution
    vote_calibration_error          mean distance over examples between the share of the votes and
                                    how often such votes are right

    The intervals over models of kappa, fleiss_kappa and both disagreements are NaN for two models
    as well: one pair shows no spread.

reliability: one row per split
    split, models, examples         where, and their numbers
    split_half_reliability, _low, _high
                                    how well this Accessibility predicts that of another such
                                    collection; the spread is that of Cronbach's α
    error_consistency, _low, _high  mean of Cohen's κ over pairs of different models, last extent
    trivial_share, _low, _high      share of examples that all models get right, last extent
    impossible_share, _low, _high   share of examples that no model gets right, last extent
    forgetting_events, _low, _high  mean over examples and models of how often a model is right at
                                    one extent and wrong at the next. It is forgetting only where
                                    the extents of a model are snapshots of one run. Where each was
                                    trained anew, it is how often two runs differ in this way
    r1, _low, _high                 reliability of the order of one model, ICC(3,1)
    alpha, _low, _high              that of the Accessibility of all these models, by
                                    Spearman–Brown: Cronbach's α
    models_for_90, _low, _high      how many models have an Accessibility of reliability 0.90
    models_for_95, _low, _high      the same for 0.95
    confidence_alpha, _low, _high   the same as alpha, of the confidence; NaN where no probabilities
                                    are recorded; of more than 2^17 examples, an even sample counts
    aum_alpha, _low, _high          the same of the aum
    el2n_alpha, _low, _high         the same of the el2n
    kappa_in_between, _examples_low, _examples_high
                                    kappa on the examples that are neither trivial nor impossible
                                    to one half of the models, of the other half, last extent

    Of all of these but the shares and the forgetting events, `_low` and `_high` are NaN for two
    models as well: one pair shows no spread.

null: one row per split, extent and k = 0 … models
    split, extent                   where
    tp_agreement                    k/models, for agreement_share an Agreement
    share                           share of examples expected to have that TP-agreement if models
                                    were independent
    agreement_share                 share of examples expected to have that Agreement if models were
                                    independent; without labels, if they predicted at random
    class_share                     as share, if models were independent within each class

correct: one row per split with labels, extent and seed
    split, extent, seed             which model
    examples                        number of examples
    bits                            whether it is right about each example, in bytes of eight
                                    examples, the first in the highest bit (see numpy.unpackbits)
"""
