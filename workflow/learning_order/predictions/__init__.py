"""The Parquet contract: what every model predicted for every example.

One file holds one block of models, in these columns:

seed        int32              the model; everything random in it follows from this number
extent      int32              epochs trained, or weak classifiers; 0 is the initialised network
split       dictionary string  train, test, or the name of a further dataset
example     int32              number of the example in its split, from 0
label       int16              the label it was trained or tested on, −1 where it has none
prediction  int16              the predicted class
correct     bool               whether the prediction is the label
p_true      float16            the probability that the model gives the label's class
margin      float16            the label's logit minus the largest other one, within ±65504

The last two may be missing: as columns where no split has them, as values in a split without labels
or of a learner without probabilities. For AdaBoost they are shares of the ensemble's votes.

Rows are sorted by seed, extent, split and example: first the split test, then train, then others by
name. There is one row group per seed, extent and split, of more than a million examples several. A
file of the independent protocol holds a single extent. The file metadata hold JSON under the key
`learning_order`: where the models come from, the accuracy and loss of each and, as `sum_p_squared`,
the mean over the examples of a split of the sum of p² over the classes. Anyone's predictions in
these columns can be scored, whoever wrote them: the collection names the files.

contract.py writes such files and reading.py reads them, apart, so that a change in reading trains
nothing again. import_formats.py, import_files.py and imported.py take in other files.
recorder.py writes them from anybody's training loop, whose batches batches.py reduces.
"""
