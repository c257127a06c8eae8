/** What a host should send with every file of the page. The policy stands in index.html too; only a header also covers the
 * worker, which does not inherit the policy of the page that starts it. docs/deploy.md shows the same for two hosts. */
export const contentSecurityPolicy = [
  "default-src 'self'",
  // WebAssembly, and no eval: the hub's library hashes and cuts large files with it when a model is pushed.
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  // data: reaches nobody; the bench page is given its operands so. The hub and the hosts that it redirects files to
  // (https://huggingface.co/.well-known/meta.json) are asked only when somebody imports a model or a data set.
  "connect-src 'self' data: https://huggingface.co https://*.huggingface.co https://*.hf.co",
  "img-src 'self' data: blob:",
  "style-src 'self' 'unsafe-inline'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

export const securityHeaders = {
  'Content-Security-Policy': contentSecurityPolicy,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
} as const;
