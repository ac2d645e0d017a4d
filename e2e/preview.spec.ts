import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test, type Frame, type Locator, type Page } from '@playwright/test';
import { activePdf, docxFile, dxfFile, pdfFile, pngFile, sheetRows, stepFile, xlsxFile } from '../main/worker/testing/content-samples.ts';
import { startCentral, type Central } from './support/central.ts';
import { Desktop } from './support/desktop.ts';
import { pdfText } from './support/pdf-text.ts';
import { placeFile, type Placed } from './support/preview-files.ts';
import { checkScreen } from './support/screen-check.ts';

let central: Central;
let desktop: Desktop;
let page: Page;

test.beforeAll(async () => {
  central = await startCentral();
});

test.afterAll(async () => {
  await central.stop();
});

async function start(look: Partial<ConstructorParameters<typeof Desktop>[0]> = {}): Promise<void> {
  desktop = new Desktop({ server: central.address, ...look });
  page = await desktop.start('ceo@factorypulse.vn');
  await desktop.isOnline();
}

const open = ({ id, sha256 }: Placed): Promise<unknown> => page.evaluate((hash) => (window.location.hash = hash), `/documents/${id}/preview/${sha256}`);
const preview = (): Locator => page.getByRole('region', { name: desktop.words('preview.title'), exact: true });
const box = (): Locator => page.getByRole('region', { name: desktop.words('preview.region'), exact: true });
const drawing = (): Locator => preview().getByRole('img');
const button = (key: Parameters<Desktop['words']>[0]): Locator => preview().getByRole('button', { name: desktop.words(key), exact: true });

/** The colour in the middle of each quarter of what is drawn, in words. */
const quarters = (): Promise<string[]> =>
  drawing().evaluate((canvas: HTMLCanvasElement) => {
    const context = canvas.getContext('2d');
    return [[1, 1], [3, 1], [1, 3], [3, 3]].map(([x = 0, y = 0]) => {
      const [red = 0, green = 0, blue = 0] = context?.getImageData((canvas.width * x) / 4, (canvas.height * y) / 4, 1, 1).data ?? [];
      if (red > 180 && green > 140 && blue < 100) return 'yellow';
      return red > 150 && green < 100 ? 'red' : green > 100 && red < 100 ? 'green' : blue > 150 ? 'blue' : 'other';
    });
  });

/** How much of what is drawn is not white. */
const ink = (): Promise<number> =>
  drawing().evaluate((canvas: HTMLCanvasElement) => {
    const pixels = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
    let inked = 0;
    for (let at = 0; at < pixels.length; at += 4) if ((pixels[at] ?? 255) < 200) inked += 1;
    return inked;
  });

/** Waits until the file of that name is drawn. */
async function drawn(name: string): Promise<void> {
  await expect(drawing()).toHaveAccessibleName(new RegExp(`^${name}`));
  await expect.poll(ink).toBeGreaterThan(100);
}

test.describe('is accessible and fits its window', () => {
  test.afterEach(() => desktop.remove());

  test('drawings and facts: vi, light, office', async () => {
    await start({ language: 'vi', theme: 'light', density: 'office' });
    await open(await placeFile(page, 'ban-ve-gia-do-v1.pdf', activePdf(), { old: true }));
    await drawn('ban-ve-gia-do-v1.pdf');
    await checkScreen(desktop, 'pdf-old');
    await open(await placeFile(page, 'tam.dxf', dxfFile({ texts: ['R12'] }), { old: true }));
    await expect(preview()).toContainText('Đường tâm');
    await checkScreen(desktop, 'dxf-old');
    await open(await placeFile(page, 'gia-do.stp', stepFile(['Giá đỡ cảm biến', 'Vít M4 × 12'])));
    await expect(preview()).toContainText('Công ty Cơ khí Bắc Ninh');
    await page.evaluate(() => (window.location.hash = '/documents?search=R12'));
    await expect(page.getByRole('row', { name: /tam\.dxf/ })).toContainText('Có trong nội dung bản 1 (bản cũ)');
    await checkScreen(desktop, 'documents-inside');
  });

  test('pages, texts, tables and failures: en, dark, shop-floor', async () => {
    await start({ language: 'en', theme: 'dark', density: 'shop-floor' });
    await open(await placeFile(page, 'bracket.pdf', pdfFile({ pages: ['Bracket for sensor\nMaterial: SUS304', 'Section A-A'], size: [842, 595] })));
    await drawn('bracket.pdf');
    await checkScreen(desktop, 'pdf');
    await open(await placeFile(page, 'yeu-cau.docx', docxFile({ paragraphs: ['Yêu cầu kỹ thuật', 'Vật liệu: thép không gỉ SUS304.'] }), { old: true }));
    await expect(preview().getByText('SUS304')).toBeVisible();
    await checkScreen(desktop, 'docx-old');
    await page.evaluate(() => (window.location.hash = '/documents?search=thep%20khong%20gi'));
    await expect(page.getByRole('row', { name: /yeu-cau\.docx/ })).toContainText('Found in the contents of version 1 (old): Vật liệu: thép không gỉ SUS304.');
    await checkScreen(desktop, 'documents-inside');
    const rows = [['Mã', 'Tên chi tiết', 'Vật liệu', 'Số lượng'], ...Array.from({ length: 600 }, (_, row) => [`A-${row}`, `Bu lông M8 × ${row}`, 'Thép 8.8', row])];
    await open(await placeFile(page, 'vat-tu.xlsx', xlsxFile({ rows: sheetRows(rows) })));
    await expect(preview().getByRole('cell', { name: 'A-12', exact: true })).toBeVisible();
    await expect(preview()).toContainText('first 500 of 601 rows');
    await checkScreen(desktop, 'xlsx');
    await open(await placeFile(page, 'hong.pdf', new TextEncoder().encode('%PDF-1.7 nothing that follows')));
    await expect(page.getByRole('alert')).toContainText(desktop.words('errors.CONTENT_DAMAGED'));
    await checkScreen(desktop, 'damaged');
  });
});

test.describe('a preview', () => {
  test.beforeAll(() => start());
  test.afterAll(() => desktop.remove());

  test('pages are turned, enlarged and rotated by keyboard', async () => {
    await open(await placeFile(page, 'long.pdf', pdfFile({ pages: ['One', 'Two', 'Three'] })));
    await expect(drawing()).toHaveAccessibleName(/1 trên 3/);
    await drawn('long.pdf');
    await box().focus();
    await page.keyboard.press('PageDown');
    await expect(drawing()).toHaveAccessibleName(/2 trên 3/);
    await page.keyboard.press('End');
    await expect(drawing()).toHaveAccessibleName(/3 trên 3/);
    await expect(button('preview.next')).toBeDisabled();
    await page.keyboard.press('Home');
    await expect(drawing()).toHaveAccessibleName(/1 trên 3/);
    const width = async (): Promise<number> => (await drawing().boundingBox())?.width ?? 0;
    const fitted = await width();
    await page.keyboard.press('+');
    await expect.poll(width).toBeGreaterThan(fitted);
    await page.keyboard.press('-');
    await page.keyboard.press('-');
    await expect.poll(width).toBeLessThan(fitted);
    await page.keyboard.press('0');
    await expect.poll(width).toBeCloseTo(fitted, 0);
    for (let step = 0; step < 12; step += 1) await page.keyboard.press('+');
    await expect.poll(width).toBeGreaterThan(6_000);
    // What would be 57 million pixels is drawn coarser and stretched.
    await expect.poll(() => drawing().evaluate((canvas: HTMLCanvasElement) => Math.round((canvas.width * canvas.height) / 1e6))).toBe(16);
    await page.keyboard.press('0');
    await page.keyboard.press('r');
    await expect.poll(() => drawing().evaluate((canvas: HTMLCanvasElement) => canvas.width > canvas.height)).toBe(true);
  });

  test('a picture is shown as its camera was held, and turns', async () => {
    await open(await placeFile(page, 'corners.png', pngFile(400, 300)));
    await expect.poll(quarters).toEqual(['red', 'green', 'blue', 'yellow']);
    await button('preview.rotate').click();
    await expect.poll(quarters).toEqual(['blue', 'red', 'yellow', 'green']);
    // The same picture as a camera that was held upright stores it: lying, with a note that it has to be turned clockwise.
    const jpeg = await page.evaluate(async () => {
      const canvas = document.createElement('canvas');
      canvas.width = 400;
      canvas.height = 300;
      const context = canvas.getContext('2d');
      ['#c81e1e', '#1e8c1e', '#1e3cc8', '#e6b414'].forEach((colour, corner) => {
        if (!context) return;
        context.fillStyle = colour;
        context.fillRect((corner % 2) * 200, corner < 2 ? 0 : 150, 200, 150);
      });
      const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.95));
      return [...new Uint8Array((await blob?.arrayBuffer()) ?? [])];
    });
    const exif = [0xff, 0xe1, 0, 34, ...Buffer.from('Exif\0\0MM\0*\0\0\0\x08\0\x01', 'latin1'), 1, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0];
    await open(await placeFile(page, 'upright.jpg', new Uint8Array([...jpeg.slice(0, 2), ...exif, ...jpeg.slice(2)])));
    // The picture before it was turned to the same colours.
    await expect(drawing()).toHaveAccessibleName(/^upright\.jpg/);
    await expect.poll(() => drawing().evaluate((canvas: HTMLCanvasElement) => canvas.height > canvas.width)).toBe(true);
    await expect.poll(quarters).toEqual(['blue', 'red', 'yellow', 'green']);
  });

  test('an old version is marked over the document, on the screen and on every sheet of paper', async () => {
    // No printer here; what the system's dialog would get is looked at instead.
    await desktop.application.evaluate(({ BrowserWindow }) => {
      const [window] = BrowserWindow.getAllWindows();
      const counted = globalThis as { fpPrints?: number };
      counted.fpPrints = 0;
      if (window)
        window.webContents.print = (_options, done) => {
          counted.fpPrints = (counted.fpPrints ?? 0) + 1;
          done?.(true, '');
        };
    });
    const prints = (): Promise<number> => desktop.application.evaluate(() => (globalThis as { fpPrints?: number }).fpPrints ?? 0);
    const printed = async (): Promise<string> => {
      const before = await prints();
      await button('preview.print').click();
      // The system's dialog is asked for once all sheets stand in the page.
      await expect.poll(prints).toBe(before + 1);
      const pdf = await desktop.application.evaluate(
        async ({ BrowserWindow }) => (await BrowserWindow.getAllWindows()[0]?.webContents.printToPDF({ pageSize: 'A4', printBackground: true }))?.toString('base64') ?? '',
      );
      const bytes = Buffer.from(pdf, 'base64');
      return `${pdfText(bytes).replace(/\s/g, '').toUpperCase()} pages:${/\/Type\s*\/Pages[^>]*\/Count (\d+)|\/Count (\d+)/.exec(bytes.toString('latin1'))?.slice(1).find(Boolean) ?? ''}`;
    };
    const old = desktop.words('preview.old').replace(/\s/g, '').toUpperCase();
    const times = (text: string): number => text.split(old).length - 1;

    await open(await placeFile(page, 'old.pdf', pdfFile({ pages: ['One', 'Two'] }), { old: true }));
    await expect(preview().getByRole('status')).toHaveText(desktop.words('preview.old'));
    await expect(preview().getByTestId('watermark')).toBeVisible();
    await drawn('old.pdf');
    const paper = await printed();
    expect(paper).toContain('pages:2');
    // In the line above each page and many times over it.
    expect(times(paper)).toBeGreaterThanOrEqual(8);
    await expect(page.locator('body')).not.toHaveAttribute('data-printing', 'preview');

    await open(await placeFile(page, 'new.pdf', pdfFile({ pages: ['One'] })));
    await expect(preview().getByRole('status')).toHaveText(desktop.words('preview.current'));
    await expect(preview().getByTestId('watermark')).toHaveCount(0);
    await drawn('new.pdf');
    expect(times(await printed())).toBe(0);

    await open(await placeFile(page, 'old.txt', new TextEncoder().encode(Array.from({ length: 300 }, (_, line) => `Nguyên công ${line}`).join('\n')), { old: true }));
    await expect(preview().getByTestId('watermark')).toBeVisible();
    const text = await printed();
    expect(Number(/pages:(\d+)/.exec(text)?.[1])).toBeGreaterThan(2);
    expect(times(text)).toBeGreaterThan(10);
  });

  test('of a file that is not on this machine is there once it was fetched, and its words are found', async () => {
    const { words: t } = desktop;
    const placed = await placeFile(page, 'quy-trinh.txt', new TextEncoder().encode('Nguyên công 10: phay rãnh then bằng dao ngón'));
    const unsent = () =>
      page.evaluate(async () => {
        const answer = await window.factoryPulse.call('files.transfers');
        return answer.ok ? answer.value.unsent.count : null;
      });
    await expect.poll(unsent).toBe(0);
    const elsewhere = new Desktop({ server: central.address });
    try {
      const other = await elsewhere.start('ceo@factorypulse.vn');
      const { id, sha256 } = placed;
      await expect
        .poll(() => other.evaluate(async (content) => (await window.factoryPulse.call('preview.version', content)).ok, { document_id: id, sha256 }))
        .toBe(true);
      await other.evaluate((hash) => (window.location.hash = hash), `/documents/${id}/preview/${sha256}`);
      await expect(other.getByText(t('preview.missing.title'))).toBeVisible();
      await other.getByRole('button', { name: t('preview.missing.download'), exact: true }).click();
      await expect(other.getByText('phay rãnh then')).toBeVisible();
      await other.keyboard.press('Control+k');
      await other.getByRole('dialog').getByRole('combobox').fill('phay ranh');
      await expect(other.getByRole('option').filter({ hasText: 'quy-trinh.txt' })).toContainText(`${t('shell.palette.inside')}: Nguyên công 10: phay rãnh then`);
      await other.screenshot({ path: test.info().outputPath('palette.png') });
    } finally {
      await elsewhere.remove();
    }
  });

  test.describe('a hostile document', () => {
    let foreign: Server;
    let foreignUrl: string;
    let visits = 0;

    test.beforeAll(async () => {
      foreign = createServer((_request, response) => {
        visits += 1;
        response.end('foreign');
      });
      await new Promise<void>((resolve) => foreign.listen(0, '127.0.0.1', resolve));
      foreignUrl = `http://127.0.0.1:${(foreign.address() as AddressInfo).port}/`;
    });

    test.afterAll(() => {
      foreign.close();
    });

    const decoder = async (): Promise<Frame> => {
      const found = (): Frame | undefined => page.frames().find((each) => each.url().startsWith('app://factory-pulse-preview'));
      // It lives in a process of its own, of which Playwright hears in its own time.
      await expect.poll(() => found() !== undefined).toBe(true);
      return found() as Frame;
    };

    test('runs nothing of its own, opens nothing and leads nowhere', async () => {
      let dialogs = 0;
      page.on('dialog', (dialog) => {
        dialogs += 1;
        void dialog.dismiss();
      });
      await open(await placeFile(page, 'active.pdf', activePdf()));
      await drawn('active.pdf');
      for (const warning of ['scripts', 'attachments'] as const) await expect(preview()).toContainText(desktop.words(`preview.warning.${warning}`));
      const address = page.url();
      // The whole page is covered by a link and by one that starts a program.
      await drawing().click({ position: { x: 200, y: 200 } });
      await expect(preview().getByRole('link')).toHaveCount(0);
      expect(await (await decoder()).evaluate(() => 'fpHacked' in globalThis)).toBe(false);
      const svg = `<svg xmlns="http://www.w3.org/2000/svg" onload="window.fpHacked=1"><image href="${foreignUrl}"/><script>window.fpHacked=1</script></svg>`;
      await open(await placeFile(page, 'logo.svg', new TextEncoder().encode(svg)));
      await expect(preview()).toContainText('onload=');
      await open(await placeFile(page, 'drawing.pdf', new TextEncoder().encode(`<html><img src="${foreignUrl}"><script>window.fpHacked=1</script>`)));
      await expect(preview()).toContainText(desktop.words('preview.warning.other_kind'));
      expect(await page.evaluate(() => 'fpHacked' in window)).toBe(false);
      expect(address).toContain('/preview/');
      expect({ visits, dialogs, windows: desktop.application.windows().length }).toEqual({ visits: 0, dialogs: 0, windows: 1 });
    });

    test('that takes the decoder over reaches nothing from there', async () => {
      await open(await placeFile(page, 'drawing.pdf', pdfFile({ pages: ['One'] })));
      await drawn('drawing.pdf');
      const processes = await desktop.application.evaluate(({ BrowserWindow }) =>
        (BrowserWindow.getAllWindows()[0]?.webContents.mainFrame.framesInSubtree ?? []).map(({ osProcessId, origin }) => ({ osProcessId, origin })),
      );
      expect(processes).toHaveLength(2);
      expect(processes[1]?.origin).toBe('null');
      expect(processes[1]?.osProcessId).not.toBe(processes[0]?.osProcessId);
      const reach = await (await decoder()).evaluate(async (url) => {
        const outcome = async (attempt: () => unknown): Promise<string> => {
          try {
            return `reached ${String(await attempt())}`;
          } catch {
            return 'refused';
          }
        };
        const loads = (element: HTMLImageElement | HTMLIFrameElement | HTMLScriptElement, source: string): Promise<string> =>
          new Promise((resolve) => {
            element.onload = () => resolve(element instanceof HTMLIFrameElement ? 'empty' : 'reached');
            element.onerror = () => resolve('refused');
            element.src = source;
            document.documentElement.append(element);
            setTimeout(() => resolve('refused'), 500);
          });
        const names = ['factoryPulse', 'require', 'process', 'electron', 'Buffer'];
        return {
          present: names.filter((name) => name in window),
          fetched: await outcome(() => fetch(url)),
          own: await outcome(() => fetch('app://factory-pulse-preview/index.html')),
          page: await outcome(() => fetch('app://factory-pulse/index.html')),
          picture: await loads(new Image(), url),
          script: await loads(document.createElement('script'), url),
          socket: await outcome(() => new Promise((resolve, reject) => { const socket = new WebSocket(url.replace('http', 'ws')); socket.onopen = resolve; socket.onerror = reject; })),
          parent: await outcome(() => window.parent.document.title),
          bridge: await outcome(() => (window.parent as unknown as { factoryPulse: object }).factoryPulse),
          storage: await outcome(() => window.localStorage.length),
          // eslint-disable-next-line @typescript-eslint/no-implied-eval -- that it is refused is what is tested
          eval: await outcome(() => new Function('return 1')),
          worker: await outcome(() => new Promise((_resolve, reject) => { const worker = new Worker('app://factory-pulse-preview/frame.js'); worker.onerror = reject; setTimeout(reject, 300); })),
          window: await outcome(() => { if (window.open(url) === null) throw new Error('no window'); }),
          top: await outcome(() => { (window.top as Window).location.href = url; return 'led'; }),
        };
      }, foreignUrl);
      expect(reach).toMatchObject({
        present: [], fetched: 'refused', own: 'refused', page: 'refused', picture: 'refused', script: 'refused', socket: 'refused',
        parent: 'refused', bridge: 'refused', storage: 'refused', eval: 'refused', worker: 'refused', window: 'refused',
      });
      await (await decoder()).evaluate((url) => void (window.location.href = url), foreignUrl).catch(() => undefined);
      await page.waitForTimeout(300);
      // What was refused leaves an empty frame.
      for (const frame of page.frames()) expect(frame.url()).toMatch(/^(app:\/\/factory-pulse(-preview)?\/|chrome-error:)/);
      expect(page.url()).toContain('app://factory-pulse/index.html');
      expect(visits).toBe(0);
      await desktop.isOnline();
    });

    test('that keeps the decoder busy leaves the page free, and goes with it', async () => {
      await open(await placeFile(page, 'drawing.pdf', pdfFile({ pages: ['One', 'Two'] })));
      await drawn('drawing.pdf');
      const hung = await decoder();
      void hung.evaluate(() => { for (;;); }).catch(() => undefined);
      const longest = await page.evaluate(async () => {
        let most = 0;
        for (let last = performance.now(), begun = last; performance.now() - begun < 1_000; ) {
          await new Promise((resolve) => setTimeout(resolve, 0));
          most = Math.max(most, performance.now() - last);
          last = performance.now();
        }
        return most;
      });
      expect(longest).toBeLessThan(500);
      await desktop.goTo('board');
      await expect(desktop.board).toBeVisible();
      // Asked of the application: a hung frame tells Playwright nothing of its end.
      const frames = (): Promise<number> =>
        desktop.application.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.mainFrame.framesInSubtree.length ?? 0);
      await expect.poll(frames).toBe(1);
    });
  });
});
