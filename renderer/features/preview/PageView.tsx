import { ActionIcon, Loader, NumberInput } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import {
  IconArrowAutofitWidth,
  IconChevronLeft,
  IconChevronRight,
  IconRotateClockwise,
  IconZoomIn,
  IconZoomOut,
  type Icon,
} from '@tabler/icons-react';
import { useRef, useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { Rotation } from '../../preview-frame/protocol.ts';
import { Delayed } from '../../ui/Delayed.tsx';
import { useFormat } from '../../ui/use-format.ts';
import type { Decoder } from './decoder.ts';
import classes from './Preview.module.css';
import { usePage } from './use-page.ts';
import { Watermark } from './Watermark.tsx';
import { zoomed, type Zoom } from './zoom.ts';

interface Props {
  name: string;
  decoder: Decoder;
  form: 'pages' | 'picture';
  pages: number;
  isCurrent: boolean;
  /** The decoder gave up; the same function every time. */
  failed(error: unknown): void;
}

/** Screens have 96 pixels to an inch, PDF 72 points. */
const unitOf = { pages: 96 / 72, picture: 1 } as const;
const mostOf = { pages: 2.5, picture: 1 } as const;

/** Pages of a PDF, or a picture, with what turns and enlarges them. */
export function PageView({ name, decoder, form, pages, isCurrent, failed }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const [page, setPage] = useState(1);
  const [rotation, setRotation] = useState<Rotation>(0);
  const [zoom, setZoom] = useState<Zoom>('width');
  const { ref: box, width: available } = useElementSize();
  const canvas = useRef<HTMLCanvasElement>(null);
  const scroll = useRef<HTMLDivElement>(null);
  const shown = usePage({ decoder, page, rotation, zoom, available: available - 24, unit: unitOf[form], most: mostOf[form], canvas, failed });

  const turnTo = (number: number): void => {
    setPage(Math.max(1, Math.min(pages, number)));
    scroll.current?.scrollTo({ top: 0 });
  };
  const rotate = (): void => setRotation(((rotation + 90) % 360) as Rotation);
  const keys: Readonly<Record<string, () => void>> = {
    PageDown: () => turnTo(page + 1),
    PageUp: () => turnTo(page - 1),
    Home: () => turnTo(1),
    End: () => turnTo(pages),
    '+': () => setZoom(zoomed(shown.zoom, 1)),
    '=': () => setZoom(zoomed(shown.zoom, 1)),
    '-': () => setZoom(zoomed(shown.zoom, -1)),
    '0': () => setZoom('width'),
    r: rotate,
    R: rotate,
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const action = event.ctrlKey || event.metaKey || event.altKey ? undefined : keys[event.key];
    // A picture has no pages to turn: there the keys scroll.
    if (!action || (pages === 1 && event.key.length > 1)) return;
    event.preventDefault();
    action();
  };
  const place = pages > 1 ? t('preview.pageOf', { page: format.number(page), pages: format.number(pages) }) : '';
  return (
    <>
      <div className={classes['toolbar']} role="toolbar" aria-label={t('preview.toolbar')}>
        {pages > 1 && (
          <>
            <Tool label={t('preview.previous')} icon={IconChevronLeft} disabled={page === 1} act={() => turnTo(page - 1)} />
            <NumberInput
              className={classes['pageField']}
              size="xs"
              aria-label={t('preview.page')}
              value={page}
              min={1}
              max={pages}
              clampBehavior="strict"
              allowDecimal={false}
              hideControls
              onChange={(value) => typeof value === 'number' && turnTo(value)}
            />
            <span className={classes['count']}>{t('preview.ofPages', { pages: format.number(pages) })}</span>
            <Tool label={t('preview.next')} icon={IconChevronRight} disabled={page === pages} act={() => turnTo(page + 1)} />
            <span className={classes['gap']} aria-hidden />
          </>
        )}
        <Tool label={t('preview.zoomOut')} icon={IconZoomOut} act={() => setZoom(zoomed(shown.zoom, -1))} />
        <span className={classes['count']} aria-live="polite">
          {format.percent(shown.zoom)}
        </span>
        <Tool label={t('preview.zoomIn')} icon={IconZoomIn} act={() => setZoom(zoomed(shown.zoom, 1))} />
        <Tool label={t('preview.fitWidth')} icon={IconArrowAutofitWidth} pressed={zoom === 'width'} act={() => setZoom('width')} />
        <Tool label={t('preview.rotate')} icon={IconRotateClockwise} act={rotate} />
      </div>
      <div className={classes['stage']} ref={box}>
        {shown.waiting && (
          <Delayed>
            <Loader size="sm" role="status" className={classes['waiting']} aria-label={t('preview.drawing')} />
          </Delayed>
        )}
        <div className={classes['scroll']} data-drawn ref={scroll} role="region" aria-label={t('preview.region')} tabIndex={0} onKeyDown={onKeyDown}>
          <div
            className={classes['paper']}
            style={shown.natural ? { width: shown.natural.width * shown.zoom, height: shown.natural.height * shown.zoom } : { visibility: 'hidden' }}
          >
            <canvas ref={canvas} role="img" aria-label={[name, place].filter(Boolean).join(', ')} style={{ width: '100%', height: '100%' }} />
          </div>
        </div>
        {!isCurrent && <Watermark />}
      </div>
    </>
  );
}

interface ToolProps {
  label: string;
  icon: Icon;
  disabled?: boolean;
  pressed?: boolean;
  act(): void;
}

function Tool({ label, icon: ToolIcon, disabled = false, pressed, act }: ToolProps) {
  return (
    <ActionIcon variant={pressed === true ? 'light' : 'subtle'} color="gray" size="lg" aria-label={label} title={label} aria-pressed={pressed} disabled={disabled} onClick={act}>
      <ToolIcon size={19} stroke={1.6} aria-hidden />
    </ActionIcon>
  );
}
