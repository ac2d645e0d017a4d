/** Where the frame that decodes documents comes from: an origin that no page has. */
export const previewUrl = 'app://factory-pulse-preview/index.html';
