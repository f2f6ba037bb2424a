/**
 * How clients are told of their posts: channels, the outbox that nothing gets lost in, and those who carry what is in it
 * to its receivers.
 */
package dev.harken.monitoring.notify;
