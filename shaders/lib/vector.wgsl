// Head vectors in registers: VW = 4 when the head dimension allows it, else 1. DV = headDim / VW.
//#if VW == 4
alias Lane = vec4f;
fn inner(a: vec4f, b: vec4f) -> f32 { return dot(a, b); }
//#else
alias Lane = f32;
fn inner(a: f32, b: f32) -> f32 { return a * b; }
//#end
// DV, as a bound that compilers do not see: those of CPU adapters unroll what they can, and then take minutes. `rows` > 0.
fn headLanes(rows: u32) -> u32 { return select(0u, ${DV}u, rows > 0u); }
