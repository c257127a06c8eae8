// Bindings that both halves of attention's backward pass share; 3 is the attention output, which only the first half reads.
//#include lib/batch.wgsl
//#include lib/vector.wgsl
@group(0) @binding(0) var<uniform> batch: Batch;
@group(0) @binding(1) var<storage, read> rows: array<Row>;
@group(0) @binding(2) var<storage, read> qkv: array<Lane>; // [rows, STRIDE] rotated
@group(0) @binding(4) var<storage, read> dMixed: array<Lane>; // [rows, OUT_STRIDE]
@group(0) @binding(5) var<storage, read_write> stats: array<f32>; // log-sum-exp [capacity, Q_HEADS] | delta [capacity, Q_HEADS] | dots [capacity, DOTS]
@group(0) @binding(6) var<storage, read_write> dqkv: array<f32>; // [rows, STRIDE1]
@group(0) @binding(7) var<storage, read> table: array<vec2f>;
//#if QK_NORM || BIAS
@group(0) @binding(8) var<storage, read> vectors: array<f32>;
//#end
//#if QK_NORM
@group(0) @binding(9) var<storage, read> raw: array<f32>; // [rows, STRIDE1]
@group(0) @binding(10) var<storage, read_write> normGrad: array<f32>; // [rows, STRIDE1]
//#end
var<private> d: array<f32, ${DH}>;
//#include lib/rope_backward.wgsl
