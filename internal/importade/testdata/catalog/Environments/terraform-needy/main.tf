variable "resource_group_name" {}
