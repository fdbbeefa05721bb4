/**
 * Trust in authorities that are named by a PEM file, as Kubernetes and providers hand them out, for
 * clients that take nothing but a Java key store: Connector/J and the AWS SDK.
 */
package dev.dotori.trust;
