/** The public interface of gradfold/prometheus: what observed kernels tell, as Prometheus metrics by prom-client. */
export { prometheus, type Prometheus, type PrometheusSettings } from './prometheus'
