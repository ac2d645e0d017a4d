import { personId } from './people.ts';
import type { PlacedJob } from './projects.ts';
import { base, demoId, type DemoClock, type DemoRow } from './rows.ts';

type Discipline = 'engineering' | 'qa' | 'production';

const technicalReview = 2;

const disciplines: readonly { type: Discipline; reviewer: string; approved: readonly string[]; pending: string }[] = [
  {
    type: 'engineering',
    reviewer: 'senior.engineer',
    approved: [
      'Bản vẽ đủ kích thước, dung sai đạt được trên máy hiện có.',
      'Đã mô phỏng tải, hệ số an toàn lớn hơn hai.',
      'Cần thêm một bước ủ khử ứng suất trước khi gia công tinh.',
    ],
    pending: 'Xin xem lại chuỗi dung sai và đề xuất chuẩn gá.',
  },
  {
    type: 'qa',
    reviewer: 'qa.engineer',
    approved: [
      'Kế hoạch kiểm tra đã lập, dùng máy đo ba chiều cho kích thước tới hạn.',
      'Tiêu chuẩn của khách phù hợp với quy trình đang chạy.',
      'Cần mua thêm dưỡng kiểm ren trước khi chạy loạt.',
    ],
    pending: 'Xin lập kế hoạch kiểm tra và nêu dụng cụ còn thiếu.',
  },
  {
    type: 'production',
    reviewer: 'production.supervisor',
    approved: [
      'Đủ máy và người trong tháng tới, xếp được vào ca ngày.',
      'Phải làm thêm ca tối trong một tuần để kịp ngày giao.',
      'Đồ gá cũ dùng lại được, chỉ thay hàm kẹp.',
    ],
    pending: 'Xin cho biết năng lực máy trong bốn tuần tới.',
  },
];

/** Technical reviews: decided where the job has passed that stage, open where it is in it. */
export function reviewRows(clock: DemoClock, jobs: readonly PlacedJob[]): DemoRow[] {
  return jobs.flatMap((placed, jobIndex) => {
    const entry = placed.moves.find(({ to }) => to === technicalReview);
    if (!entry) return [];
    const left = placed.moves[placed.moves.indexOf(entry) + 1]?.at;
    return disciplines.map(({ type, reviewer, approved, pending }, index) => {
      const completed = left ? new Date(left.getTime() - (3 - index) * 3_600_000) : null;
      const opinion = approved[(jobIndex + index) % approved.length] ?? null;
      return {
        ...base(demoId('review', `${placed.job.key}.${type}`), entry.at, completed ?? entry.at),
        project_id: placed.id,
        reviewer_id: personId(reviewer),
        review_type: type,
        status: completed ? 'approved' : 'pending',
        priority: placed.job.priority,
        comments: completed ? opinion : pending,
        recommendations: null,
        decision: completed ? 'approved' : null,
        decision_reason: completed ? opinion : null,
        metadata: {},
        due_date: new Date(Math.max(entry.at.getTime(), clock.at(1).getTime()) + 2 * 86_400_000).toISOString(),
        completed_at: completed?.toISOString() ?? null,
        created_by: entry.by,
      };
    });
  });
}
