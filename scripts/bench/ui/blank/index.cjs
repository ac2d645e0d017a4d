const { app, BrowserWindow } = require('electron');

/* The least that Electron can show: a window with one word. What the application's start is compared with. */

void app.whenReady().then(() => new BrowserWindow({ width: 1366, height: 768 }).loadFile('index.html'));
app.on('window-all-closed', () => app.quit());
