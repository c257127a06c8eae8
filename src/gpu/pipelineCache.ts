/** Compute pipelines by expanded shader text: equal text is compiled once per device. */
import { expandShader, type TemplateConstants } from './shaderTemplate';
import { shaderSources } from './shaderSources';

export class PipelineCache {
  private readonly byText = new Map<string, Promise<GPUComputePipeline>>();
  private finished = 0;
  /** Called after each compilation with (done, wanted so far). */
  onProgress: ((done: number, total: number) => void) | null = null;

  constructor(private readonly device: GPUDevice) {}

  /** Pipeline of `shaders/<shader>` under `constants`. Rejects with the shader's name and the compiler's words. */
  get(shader: string, constants: TemplateConstants): Promise<GPUComputePipeline> {
    const code = expandShader(shader, shaderSources, constants);
    const known = this.byText.get(code);
    if (known) return known;
    const label = `${shader} ${JSON.stringify(constants)}`;
    const module = this.device.createShaderModule({ label, code });
    const pipeline = this.device
      .createComputePipelineAsync({ label, layout: 'auto', compute: { module, entryPoint: 'main' } })
      .then(
        (compiled) => {
          this.finished++;
          this.onProgress?.(this.finished, this.byText.size);
          return compiled;
        },
        async (error: unknown) => {
          const info = await module.getCompilationInfo();
          const words = info.messages
            .map((m) => `${String(m.lineNum)}: ${m.message} | ${code.split('\n')[m.lineNum - 1] ?? ''}`)
            .join('\n');
          throw new Error(`${label} does not compile:\n${words || String(error)}`);
        },
      );
    this.byText.set(code, pipeline);
    return pipeline;
  }
}
