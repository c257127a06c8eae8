// Sizes and loss options of one micro-batch (uniform), the packed rows and the rows that reach the head.
//
// Rows are packed without padding. A group that shares a prompt is one run of rows: the prompt's rows once, then each
// completion's rows behind it. So the queries that see a key are one contiguous run [row, queryEnd).
struct Batch {
  rows: u32,
  headRows: u32,
  klEstimator: u32, // 1 or 3
  dualClipOn: u32,
  inverseTemperature: f32,
  clipLow: f32,
  clipHigh: f32,
  dualClip: f32,
  capacity: u32, // rows that the activations' buffers hold: where a buffer's second part starts
  likelihood: u32, // 1: -advantage log pi(y) in place of the clipped surrogate
  valueClip: f32, // of the critic's loss
}

struct Row {
  token: u32,
  position: u32,
  prefixStart: u32, // first row of the shared prefix
  prefixLength: u32,
  ownStart: u32, // first row of the row's own segment
  queryEnd: u32, // one past the last row that attends to this one
  headStart: u32, // this row's run in the head rows
  headCount: u32,
}

// One completion token: the row whose logits predict it, and the scalars of its loss.
struct HeadRow {
  source: u32,
  label: u32, // id of the token that was taken
  oldLogp: f32,
  advantage: f32,
  policyWeight: f32,
  entropyWeight: f32,
  klWeight: f32,
  refLogp: f32,
}
