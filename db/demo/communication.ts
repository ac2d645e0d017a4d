import { personId } from './people.ts';
import type { SubStageState } from './progress.ts';
import type { PlacedJob } from './projects.ts';
import { base, demoId, type DemoClock, type DemoRow } from './rows.ts';
import { stageId } from './workflow.ts';

interface DemoMessage {
  job: string;
  from: string;
  /** Null speaks to everybody on the project. */
  to: string | null;
  subject: string;
  content: string;
  daysAgo: number;
  hour: number;
  read: boolean;
  /** The place (in this list) of the message that it answers. */
  answers?: number;
}

const messages: readonly DemoMessage[] = [
  {
    job: 'test-camshaft',
    from: 'procurement',
    to: 'production.supervisor',
    subject: 'Phôi trục cam về chậm',
    content: 'Anh Khoa ơi, nhà cung cấp xin lùi phôi SCM420 sang thứ Năm. Bên anh đổi lịch máy mài được không?',
    daysAgo: 3,
    hour: 9.5,
    read: true,
  },
  {
    job: 'test-camshaft',
    from: 'production.supervisor',
    to: 'procurement',
    subject: 'Phôi trục cam về chậm',
    content: 'Được, tôi đẩy đơn của Boeing lên trước. Nhớ báo lại khi phôi đã lên xe.',
    daysAgo: 3,
    hour: 10.25,
    read: true,
    answers: 0,
  },
  {
    job: 'test-camshaft',
    from: 'procurement',
    to: 'production.supervisor',
    subject: 'Phôi trục cam về chậm',
    content: 'Cảm ơn anh, em sẽ gọi cho kho ngay khi có số xe.',
    daysAgo: 2,
    hour: 8.5,
    read: false,
    answers: 1,
  },
  {
    job: 'scooter-subframe',
    from: 'operations',
    to: null,
    subject: 'Khung phụ quay lại thẩm định',
    content: 'Khách vừa gửi bản vẽ ống 28 li. Cả nhóm tính lại giúp, chiều mai họp nhanh mười lăm phút.',
    daysAgo: 5,
    hour: 13,
    read: false,
  },
  {
    job: 'scooter-subframe',
    from: 'mechanical.engineer',
    to: null,
    subject: 'Khung phụ quay lại thẩm định',
    content: 'Em đã nhận bản vẽ, mối hàn tai treo phải tăng chiều dài thêm tám li.',
    daysAgo: 4,
    hour: 9,
    read: false,
    answers: 3,
  },
  {
    job: 'heat-shield',
    from: 'quality.inspector',
    to: 'production.supervisor',
    subject: 'Kết quả đo mẫu đầu',
    content: 'Năm tấm đầu đều đạt, riêng mép gấp bên trái sát giới hạn trên. Đề nghị chỉnh cữ gấp trước khi chạy tiếp.',
    daysAgo: 5,
    hour: 15,
    read: true,
  },
  {
    job: 'flap-mould',
    from: 'sales.manager',
    to: 'ceo',
    subject: 'Báo giá khuôn cánh tà',
    content: 'Báo giá đã gửi khách sáng nay, họ hẹn trả lời trong tuần. Phương án nhôm đang được ưu tiên.',
    daysAgo: 2,
    hour: 11,
    read: false,
  },
  {
    job: 'cargo-pins',
    from: 'project.coordinator',
    to: 'team.lead',
    subject: 'Chốt khoang hàng đã quá hạn',
    content: 'Chị Hạnh cho em xin số chốt đã tiện xong, khách hỏi ngày giao phần đầu.',
    daysAgo: 1,
    hour: 8.25,
    read: false,
  },
];

const messageId = (position: number): string => demoId('message', position);

export function messageRows(clock: DemoClock): DemoRow[] {
  return messages.map((message, position) => {
    const sent = clock.at(message.daysAgo, message.hour);
    const read = message.read ? new Date(sent.getTime() + 25 * 60_000).toISOString() : null;
    const thread = threadOf(position);
    return {
      ...base(messageId(position), sent),
      project_id: demoId('project', message.job),
      sender_id: personId(message.from),
      recipient_id: message.to === null ? null : personId(message.to),
      subject: message.subject,
      content: message.content,
      message_type: 'message',
      priority: 'normal',
      status: message.read ? 'read' : 'sent',
      thread_id: thread === position ? null : messageId(thread),
      parent_message_id: message.answers === undefined ? null : messageId(message.answers),
      attachments: [],
      metadata: {},
      read_at: read,
    };
  });
}

function threadOf(position: number): number {
  const answered = messages[position]?.answers;
  return answered === undefined ? position : threadOf(answered);
}

export function notificationRows(jobs: readonly PlacedJob[]): DemoRow[] {
  return jobs
    .filter(({ job }) => job.status === 'active')
    .map(({ job, id, code, moves }) => {
      const entered = moves.at(-1)?.at;
      if (!entered) throw new Error(`the job ${job.key} has entered no stage`);
      return {
        ...base(demoId('notification', job.key), entered),
        user_id: personId(job.assignedTo),
        title: `${code} · ${job.title}`,
        message: 'Dự án vừa sang giai đoạn mới và bạn là người phụ trách.',
        type: 'stage_entered',
        priority: job.priority,
        status: 'unread',
        related_entity_type: 'projects',
        related_entity_id: id,
        metadata: {},
      };
    });
}

/** What the audit would have written: each job's arrival, its moves and its finished sub-stages. */
export function activityRows(jobs: readonly PlacedJob[], states: readonly SubStageState[]): DemoRow[] {
  const entry = (key: string, at: Date, row: DemoRow): DemoRow => ({
    ...base(demoId('activity', key), at),
    metadata: {},
    ...row,
  });
  const ofJobs = jobs.flatMap(({ id, job, code, createdAt, createdBy, moves }) => [
    entry(`${job.key}.created`, createdAt, {
      user_id: createdBy,
      entity_type: 'projects',
      entity_id: id,
      project_id: id,
      action: 'INSERT',
      old_values: null,
      new_values: { project_id: code, title: job.title },
    }),
    ...moves.slice(1).map((move, index) =>
      entry(`${job.key}.move.${index}`, move.at, {
        user_id: move.by,
        entity_type: 'projects',
        entity_id: id,
        project_id: id,
        action: 'UPDATE',
        old_values: move.to === null ? { status: 'active' } : { current_stage_id: stageId(move.from ?? 1) },
        new_values: move.to === null ? { status: 'completed' } : { current_stage_id: stageId(move.to) },
      }),
    ),
  ]);
  const ofSubStages = states.flatMap(({ row, completedAt, projectId, by }) =>
    completedAt
      ? [
          entry(`progress.${row['id'] as string}`, completedAt, {
            user_id: by,
            entity_type: 'project_sub_stage_progress',
            entity_id: row['id'] ?? null,
            project_id: projectId,
            action: 'UPDATE',
            old_values: { status: 'in_progress' },
            new_values: { status: row['status'] ?? null, completed_at: completedAt.toISOString() },
          }),
        ]
      : [],
  );
  return [...ofJobs, ...ofSubStages];
}
