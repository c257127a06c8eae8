import { failure, success, type Result } from './result';

/** A worker of the page or of Node that answers each request once. */
export interface Port<Request, Reply> {
  post(request: Request): void;
  /** Called with each reply; `null` when the worker has died. */
  onReply(listener: (reply: Reply | null) => void): void;
  kill(): void;
}

export interface Killable<Request, Reply> {
  /** One request at a time. After `deadlineMs` without a reply, or when it dies, the worker is killed and the next
   * request gets a new one. */
  ask(request: Request, deadlineMs: number): Promise<Result<Reply, 'deadline' | 'died'>>;
  dispose(): void;
}

/** A worker that may be killed. `spawn` starts one; `startMs` is what starting may take beside a request's deadline. */
export function killable<Request, Reply>(spawn: () => Port<Request, Reply>, startMs: number): Killable<Request, Reply> {
  let port: Port<Request, Reply> | null = null;

  function kill(): void {
    port?.kill();
    port = null;
  }

  async function ask(request: Request, deadlineMs: number): Promise<Result<Reply, 'deadline' | 'died'>> {
    const fresh = port === null;
    const current = (port ??= spawn());
    let timer: ReturnType<typeof setTimeout> | undefined;
    const reply = await new Promise<Result<Reply, 'deadline' | 'died'>>((resolve) => {
      timer = setTimeout(() => resolve(failure('deadline')), deadlineMs + (fresh ? startMs : 0));
      current.onReply((value) => resolve(value === null ? failure('died') : success(value)));
      current.post(request);
    });
    clearTimeout(timer);
    if (!reply.ok) kill();
    return reply;
  }

  return { ask, dispose: kill };
}
