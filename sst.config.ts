/// <reference path="./.sst/platform/config.d.ts" />

export default $config({
  async app({ stage }) {
    const { homeRegion } = await import('./infra/control-plane/plan/settings.ts');
    const region = homeRegion(process.env);
    return {
      name: 'baseplane',
      home: 'aws',
      removal: stage === 'production' ? 'retain' : 'remove',
      protect: stage === 'production',
      providers: { aws: { version: '7.20.0', ...(region && { region }) } },
    };
  },
  async run() {
    const { deploy } = await import('./infra/control-plane/main.ts');
    return deploy(process.env);
  },
});
