/** The package brings no types for it; all that is done with the handler is to hand it to pdf.js itself. */
declare module 'pdfjs-dist/legacy/build/pdf.worker.mjs' {
  export const WorkerMessageHandler: unknown;
}
