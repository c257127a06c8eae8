  // The sequence of this row, `s` and `own`; rows past the last and sequences that have ended leave.
  if (row >= sampling.rows) { return; }
  let s = going[row];
  let own = sequences[s];
  //#if WG > 1
  // every lane must take the same way past the barriers: the flag is read once for the group
  if (lane == 0u) { ended = own.done; }
  if (workgroupUniformLoad(&ended) == 1u) { return; }
  //#else
  if (own.done == 1u) { return; }
  //#end
