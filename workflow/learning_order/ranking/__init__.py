"""From scores to examples: which of them a person should look at, and why.

tally.py counts what the models of a collection say of each example, table.py turns the counts of
one or several collections of a dataset into a ranked table, and writing.py stores it as CSV and
Parquet. exports.py writes the same for other programs. page.py draws it as a page to look at, from
page_data.py and page_scripts.py.

The ranking has one row per split and example, sorted by `label_quality`: at the head stand the
examples whose labels the models support least. In the votes and the support extent 0, the untrained
network, counts only where there is no other; in accessibility and forgetting it counts like any.

rank                     from 1
split, example, source   which example, and what identifies it at its origin
label, label_name        its class; empty where it has none
category                 suspect, never, ambiguous, late or easy: see table.categories
label_quality            how far the models support the label, from 0 to 1: scores.label_quality, or
                         scores.label_quality_with_margins where all collections recorded margins
predicted, predicted_name, predicted_share
                         the class with most votes of all models at all extents, and its share
runner_up, runner_up_name, runner_up_share
                         the same for the class with the second most; empty if nobody votes for it
label_share              share of these votes that the label has
accessibility, accessibility_se
                         mean over the models of how often each is right over the extents, and the
                         standard error of this mean
accessibility_NAME       that of each collection, where several are pooled
learned_extent           the first extent by which half of the models have learned the example: they
                         are right there and at every later one; empty if there is none
forgetting               mean number of forgetting events over the models
confidence, variability, aum, el2n
                         of the table `accessibility` where recorded, means over the collections
true_label               what the label was before `label_noise`, where labels were planted
"""
