/** Names and statements of partitioned tables, which the migrations, the job and the insights share. */
package dev.harken.database.partitions;
