/** Made by the build (scripts/build/catalogueModule.ts): a `BuiltCatalogue`. */
declare module 'virtual:catalogue' {
  const data: unknown;
  export default data;
}
