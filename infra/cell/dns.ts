import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { LoadBalancerTarget } from 'aws-cdk-lib/aws-route53-targets';
import * as cloudmap from 'aws-cdk-lib/aws-servicediscovery';
import { Construct } from 'constructs';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import type { ApplicationLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { CellSettings } from './settings.ts';

export class Dns extends Construct {
  /** `<cell>.internal`, in which a running project has its addresses at `<ref>`. */
  readonly namespace: cloudmap.CfnPrivateDnsNamespace;
  /** For `*.<root>`; renewed by ACM as long as the record that proves the domain stays. */
  readonly certificate: acm.Certificate;
  private readonly settings: CellSettings;
  private readonly zone: route53.IHostedZone;

  constructor(
    scope: Construct,
    id: string,
    options: { readonly settings: CellSettings; readonly vpc: IVpc },
  ) {
    super(scope, id);
    this.settings = options.settings;
    this.namespace = new cloudmap.CfnPrivateDnsNamespace(this, 'Namespace', {
      name: `${this.settings.cell}.internal`,
      description: `Running projects of the cell ${this.settings.cell}`,
      vpc: options.vpc.vpcId,
      // How long it is believed that a project is not there: a woken one is found within it.
      properties: { dnsProperties: { soa: { ttl: 5 } } },
    });
    this.zone = route53.HostedZone.fromHostedZoneAttributes(this, 'Zone', {
      hostedZoneId: this.settings.hostedZoneId,
      zoneName: this.settings.rootDomain,
    });
    this.certificate = new acm.Certificate(this, 'Certificate', {
      domainName: `*.${this.settings.rootDomain}`,
      validation: acm.CertificateValidation.fromDns(this.zone),
    });
  }

  /** Lets the default cell answer for every ref that has no record of its own. */
  answerWith(loadBalancer: ApplicationLoadBalancer): route53.ARecord | undefined {
    if (!this.settings.defaultCell) return undefined;
    return new route53.ARecord(this, 'Wildcard', {
      zone: this.zone,
      recordName: `*.${this.settings.rootDomain}`,
      target: route53.RecordTarget.fromAlias(new LoadBalancerTarget(loadBalancer)),
    });
  }
}
