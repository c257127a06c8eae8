// Sixteen rows to a work group of 16 x ${SLICES} threads: a row's head lies in the registers of ${SLICES} threads, lanes
// slice, slice + ${SLICES}, ... of its DV in each. What all rows walk (keys, or queries) is staged ${TILE} at a time.
// Each thread's share of a dot product meets the others' in `partial`.
const rowsPerGroup = 16u;
const threads = ${16 * SLICES}u;
var<workgroup> staged0: array<Lane, ${TILE * DV}>;
var<workgroup> staged1: array<Lane, ${TILE * DV}>;
