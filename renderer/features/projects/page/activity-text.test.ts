import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { i18n, speak } from '../../../app/i18n.ts';
import { activityText } from './activity-text.ts';

const say = (action: string, entity_type: string, description: string | null = null, subject: string | null = null) =>
  activityText(i18n.t, { action, entity_type, description, subject });

describe('an action of the log', () => {
  beforeAll(() => speak('vi'));
  afterEach(() => speak('vi'));

  it('is said with what it was about', async () => {
    expect(say('INSERT', 'projects')).toBe('Tạo dự án');
    expect(say('UPDATE', 'project_sub_stage_progress')).toBe('Sửa bước công việc');
    await speak('en');
    expect(say('UPDATE', 'project_sub_stage_progress')).toBe('Changed a sub-stage');
    expect(say('UPDATE', 'project_sub_stage_progress', null, 'BOM')).toBe('Changed a sub-stage: BOM');
    expect(say('DELETE', 'documents', 'Deleted documents')).toBe('Removed a document');
  });

  it('that is unknown is told by its description, or by its own name', async () => {
    await speak('en');
    expect(say('customer_called', 'projects', 'Anh Tuấn gọi điện')).toBe('Anh Tuấn gọi điện');
    expect(say('customer_called', 'projects')).toBe('the project: customer called');
    expect(say('constructor', 'toString')).toBe('an entry: constructor');
  });
});
