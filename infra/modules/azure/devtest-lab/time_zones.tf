locals {
  # Zones as people and programs write them, and as Azure does.
  time_zones = merge({ "UTC" = "UTC", "Etc/UTC" = "UTC" }, {
    for pair in flatten([for azure, zones in local.zones_of : [for zone in zones : { zone = zone, azure = azure }]]) : pair.zone => pair.azure
  })

  zones_of = {
    "GMT Standard Time"              = ["Europe/London", "Europe/Dublin", "Europe/Lisbon"]
    "W. Europe Standard Time"        = ["Europe/Berlin", "Europe/Amsterdam", "Europe/Rome", "Europe/Stockholm", "Europe/Vienna", "Europe/Zurich", "Europe/Oslo"]
    "Romance Standard Time"          = ["Europe/Paris", "Europe/Brussels", "Europe/Madrid", "Europe/Copenhagen"]
    "Central Europe Standard Time"   = ["Europe/Budapest", "Europe/Prague", "Europe/Belgrade", "Europe/Ljubljana"]
    "Central European Standard Time" = ["Europe/Warsaw", "Europe/Zagreb", "Europe/Sarajevo", "Europe/Skopje"]
    "GTB Standard Time"              = ["Europe/Athens", "Europe/Bucharest"]
    "FLE Standard Time"              = ["Europe/Kiev", "Europe/Kyiv", "Europe/Helsinki", "Europe/Riga", "Europe/Sofia", "Europe/Tallinn", "Europe/Vilnius"]
    "Turkey Standard Time"           = ["Europe/Istanbul"]
    "Israel Standard Time"           = ["Asia/Jerusalem"]
    "South Africa Standard Time"     = ["Africa/Johannesburg"]
    "Egypt Standard Time"            = ["Africa/Cairo"]
    "Arabian Standard Time"          = ["Asia/Dubai"]
    "India Standard Time"            = ["Asia/Kolkata", "Asia/Calcutta"]
    "SE Asia Standard Time"          = ["Asia/Bangkok", "Asia/Jakarta"]
    "Singapore Standard Time"        = ["Asia/Singapore"]
    "China Standard Time"            = ["Asia/Shanghai", "Asia/Hong_Kong"]
    "Tokyo Standard Time"            = ["Asia/Tokyo"]
    "Korea Standard Time"            = ["Asia/Seoul"]
    "AUS Eastern Standard Time"      = ["Australia/Sydney", "Australia/Melbourne"]
    "New Zealand Standard Time"      = ["Pacific/Auckland"]
    "E. South America Standard Time" = ["America/Sao_Paulo"]
    "Argentina Standard Time"        = ["America/Buenos_Aires", "America/Argentina/Buenos_Aires"]
    "Atlantic Standard Time"         = ["America/Halifax"]
    "Eastern Standard Time"          = ["America/New_York", "America/Toronto", "America/Detroit"]
    "Central Standard Time"          = ["America/Chicago", "America/Winnipeg"]
    "Mountain Standard Time"         = ["America/Denver", "America/Edmonton"]
    "US Mountain Standard Time"      = ["America/Phoenix"]
    "Pacific Standard Time"          = ["America/Los_Angeles", "America/Vancouver"]
    "Alaskan Standard Time"          = ["America/Anchorage"]
    "Hawaiian Standard Time"         = ["Pacific/Honolulu"]
  }
}
