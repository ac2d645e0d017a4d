/** Fonts, character maps and decoders that pdf.js brings along, by the name under which it asks for them. */
const addresses = new Map(
  Object.entries(
    import.meta.glob<string>('../../../node_modules/pdfjs-dist/{cmaps,standard_fonts,wasm}/*.{bcmap,pfb,ttf,wasm}', {
      query: '?url',
      import: 'default',
      eager: true,
    }),
  ).map(([path, address]) => [path.split('/').slice(-2).join('/'), address]),
);

/** Null where there is nothing of that name, whatever the name is. */
export async function pageData(name: string): Promise<ArrayBuffer | null> {
  const address = addresses.get(name);
  return address === undefined ? null : await (await fetch(address)).arrayBuffer();
}
